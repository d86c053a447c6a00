from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0004_forecast"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="ticket",
            name="matching_ticket_waiting",
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["quest", "waits_since"],
                name="matching_ticket_waiting",
            ),
        ),
    ]
