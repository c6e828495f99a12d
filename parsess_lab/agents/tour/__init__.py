"""The tour: a scripted agent, honest about being no model, over the shared loop and its real tools."""

from parsess_lab.agents.tour.agent import TourAgent

__all__ = ["TourAgent"]
