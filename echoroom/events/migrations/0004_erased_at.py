from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0003_leave_room_for_news"),
    ]

    operations = [
        migrations.AddField(
            model_name="participant",
            name="erased_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
