"""A simulated Jenkins to try the Jenkins tools on, and to test against: no Jenkins needed.

`running_jenkins` serves it over real HTTP; `Jenkins` is what it yields: `url` and `users` to reach
it, `root` to fill it, `tick()` to let it go on, `faults` to break it, `requests` to see what was
asked of it. It answers as core 2.5xx does with the plugins for folders, pipelines, git, JUnit
reports and the stage view.
"""

from sandbox.jenkins.builds import Build
from sandbox.jenkins.items import Folder, Job, Multibranch, Scm
from sandbox.jenkins.parameters import Definition
from sandbox.jenkins.running import running_jenkins
from sandbox.jenkins.state import Jenkins
from sandbox.jenkins.users import User

__all__ = [
    "Build",
    "Definition",
    "Folder",
    "Jenkins",
    "Job",
    "Multibranch",
    "Scm",
    "User",
    "running_jenkins",
]
