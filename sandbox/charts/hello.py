"""The chart `hello`: a web server that greets, in two versions."""

from collections.abc import Mapping

NAME = "hello"
VERSIONS = ("0.1.0", "0.2.0")

_APP_VERSIONS = {"0.1.0": "1.0", "0.2.0": "1.1"}

_VALUES = """# Default values of hello.

# How many pods greet.
replicaCount: 1

image:
  repository: demo/hello
  # Empty: the version of the app that the chart is of.
  tag: ""

# What is said to whoever asks.
greeting: Hello from the sandbox
"""

_MORE_VALUES = """
service:
  # ClusterIP, NodePort or LoadBalancer
  type: ClusterIP
  port: 80

resources:
  requests:
    cpu: 50m
    memory: 32Mi
  limits:
    memory: 64Mi
"""

_HELPERS = """{{- define "hello.name" -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "hello.tag" -}}
{{- .Values.image.tag | default .Chart.AppVersion -}}
{{- end -}}

{{- define "hello.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "hello.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{ include "hello.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
"""

_CONFIG_MAP = """apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "hello.name" . }}
  labels:
    {{- include "hello.labels" . | nindent 4 }}
data:
  greeting: {{ .Values.greeting | quote }}
"""

_SERVICE = """apiVersion: v1
kind: Service
metadata:
  name: {{ include "hello.name" . }}
  labels:
    {{- include "hello.labels" . | nindent 4 }}
spec:
  type: %TYPE%
  ports:
    - name: http
      port: %PORT%
      targetPort: http
      protocol: TCP
  selector:
    {{- include "hello.selector" . | nindent 4 }}
"""

_DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "hello.name" . }}
  labels:
    {{- include "hello.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicaCount }}
  selector:
    matchLabels:
      {{- include "hello.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "hello.selector" . | nindent 8 }}
      annotations:
        checksum/config: {{ .Values.greeting | sha256sum | trunc 16 | quote }}
    spec:
      containers:
        - name: hello
          image: {{ printf "%s:%s" .Values.image.repository (include "hello.tag" .) | quote }}
          env:
            - name: GREETING
              valueFrom:
                configMapKeyRef:
                  name: {{ include "hello.name" . }}
                  key: greeting
          ports:
            - name: http
              containerPort: 8080
              protocol: TCP
          readinessProbe:
            httpGet:
              path: /healthz
              port: http
%RESOURCES%"""

_RESOURCES = """          resources:
            {{- toYaml .Values.resources | nindent 12 }}
"""

_NOTES = """{{ .Values.greeting }}!

{{ .Release.Name }} answers inside the cluster at
  http://{{ include "hello.name" . }}.{{ .Release.Namespace }}.svc:%PORT%
"""


def files(version: str) -> Mapping[str, str]:
    """Return the files of one version; 0.2.0 adds the Service's type and port, and resources."""
    newer = version != VERSIONS[0]
    service_type = "{{ .Values.service.type }}" if newer else "ClusterIP"
    port = "{{ .Values.service.port }}" if newer else "80"
    return {
        "Chart.yaml": _about(version),
        "values.yaml": _VALUES + (_MORE_VALUES if newer else ""),
        "templates/_helpers.tpl": _HELPERS,
        "templates/configmap.yaml": _CONFIG_MAP,
        "templates/service.yaml": _SERVICE.replace("%TYPE%", service_type).replace("%PORT%", port),
        "templates/deployment.yaml": _DEPLOYMENT.replace("%RESOURCES%", _RESOURCES * newer),
        "templates/NOTES.txt": _NOTES.replace("%PORT%", port),
    }


def _about(version: str) -> str:
    return (
        "apiVersion: v2\n"
        f"name: {NAME}\n"
        f"version: {version}\n"
        f'appVersion: "{_APP_VERSIONS[version]}"\n'
        "description: A web server that greets, to try Helm with\n"
        "type: application\n"
        "keywords:\n- demo\n- web\n"
    )
