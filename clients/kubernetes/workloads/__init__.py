"""Deployments and their kin: scale, images, revisions, rollouts."""
