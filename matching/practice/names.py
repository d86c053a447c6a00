"""What practice bots are called. The name says what they are, wherever it ends up."""

from echoroom.events.models import BOT_MARK

NAMES = tuple(
    f"{name}{BOT_MARK}"
    for name in (
        "Robin Noor Mika Sasha Amara Luca Yuki Ines Kofi Nilo Tove Rafi Sanna Bao Leto Ida Juno Pax Vera Omar "
        "Elin Zola Arun Maia Tomo Lena Hadi Cora Ravi Nell Dario Freya Kit Samir Oona Timo Aya Bruno Livia Marek"
    ).split()
)
