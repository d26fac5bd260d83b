"""Every toolset the server can offer."""

from tools.argo import argo
from tools.helm import helm
from tools.jenkins import jenkins
from tools.kubectl import k8s

TOOLSETS = (k8s, helm, argo, jenkins)
