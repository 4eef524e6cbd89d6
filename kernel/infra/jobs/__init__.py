"""Durable work for later: a queue in the database, and the worker that empties it."""

from kernel.infra.jobs.forgetting import ForgetJobs
from kernel.infra.jobs.sql_jobs import SqlJobs
from kernel.infra.jobs.tables import JOB
from kernel.infra.jobs.values import (
    Claim,
    JobLost,
    JobNotFound,
    JobState,
    JobStatus,
    NoJobRunning,
    Progress,
    Retry,
)
from kernel.infra.jobs.worker import Worker

__all__ = [
    "JOB",
    "Claim",
    "ForgetJobs",
    "JobLost",
    "JobNotFound",
    "JobState",
    "JobStatus",
    "NoJobRunning",
    "Progress",
    "Retry",
    "SqlJobs",
    "Worker",
]
