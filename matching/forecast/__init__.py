"""How long somebody will wait, or why nobody can say. Knows neither Django nor a database."""

from matching.forecast.forecasting import Asked, CannotSay, Forecast, Reason, forecast
from matching.forecast.history import History, Wait, history_of, updated

__all__ = [
    "Asked",
    "CannotSay",
    "Forecast",
    "History",
    "Reason",
    "Wait",
    "forecast",
    "history_of",
    "updated",
]
