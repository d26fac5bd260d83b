"""What Helm's tools need of the API server, beside the objects of a chart."""

from tools.needs import verbs

# Releases are read as lists, whichever revision is wanted.
RELEASES = verbs("list", "secrets")
# The list of added repositories, and the logins of those that have one.
READ_KEPT = verbs("get", "configmaps")
LOGINS = verbs("get", "secrets")
# Waiting asks whether pods are ready; what is not ready, or has failed, is explained by them.
PODS = verbs("list", "pods", "replicasets.apps", "events")
LOGS = verbs("get", "pods/log")
