"""Jenkins' remote API over httpx: one conversation per call, credentials bound to an address."""

from clients.jenkins.opening import Jenkins, JenkinsReading, JenkinsSettings, JenkinsWriting
from clients.jenkins.paths import ROOT, Build, Place, build, folder, job, path_of, queue_item
from clients.jenkins.reader import JenkinsReader
from clients.jenkins.writer import JenkinsWriter

__all__ = [
    "ROOT",
    "Build",
    "Jenkins",
    "JenkinsReader",
    "JenkinsReading",
    "JenkinsSettings",
    "JenkinsWriter",
    "JenkinsWriting",
    "Place",
    "build",
    "folder",
    "job",
    "path_of",
    "queue_item",
]
