#!/usr/bin/env bash
# A private Slurm on this machine, for tests: munged, slurmctld and a slurmd for each logical node,
# on loopback, without systemd, control groups or a database.
#
#   cluster.sh up DIR NODES CPUS    start it; slurm.conf is in DIR then
#   cluster.sh controller DIR      start the controller again that was killed
#   cluster.sh down DIR            end its jobs and daemons
#
# Exit code 69: its packages (slurm-wlm, munge) are not there.
set -euo pipefail
umask 022
PATH=$PATH:/usr/sbin:/sbin
action=$1 dir=$2 nodes=${3:-1} cpus=${4:-1}
export SLURM_CONF=$dir/slurm.conf

die() { echo "$2" >&2; exit "$1"; }

# Told not to listen on every address, Slurm listens on the one its host name resolves to. Where
# that is not loopback, the daemons get a host name of their own, in a namespace.
full=$(uname -n) host=${full%%.*} own_name=()
addr=$(getent ahostsv4 "$full" | awk 'NR == 1 { print $1 }') || addr=
if [[ $addr != 127.* ]]; then
  own_name=(unshare --uts sh -c 'hostname localhost && exec "$@"' sh)
  host=localhost addr=127.0.0.1
fi

controller() {
  "${own_name[@]}" slurmctld -f "$SLURM_CONF" </dev/null >>"$dir/log/start.log" 2>&1
}

# The pid in a file, if that process is one of this cluster.
our_pid() {
  local pid
  pid=$(cat "$1" 2>/dev/null) && [[ $pid =~ ^[0-9]+$ ]] &&
    tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "$dir/" && echo "$pid"
}

stop() {
  local pid
  pid=$(our_pid "$1") || return 0
  kill -TERM "$pid" 2>/dev/null || return 0
  for _ in {1..60}; do our_pid "$1" >/dev/null || return 0; sleep 0.05; done
  kill -KILL "$pid" 2>/dev/null || true
}

down() {
  local file process environment
  for file in "$dir"/run/slurmctld.pid "$dir"/run/slurmd-*.pid; do stop "$file"; done
  for process in /proc/[0-9]*; do
    environment=$(tr '\0' '\n' 2>/dev/null <"$process/environ") || continue
    grep -qxF "SLURM_CONF=$SLURM_CONF" <<<"$environment" || continue
    if [[ $(cat "$process/comm" 2>/dev/null) == slurmstepd ]] ||
      grep -qx 'SLURM_CLUSTER_NAME=jobruntest' <<<"$environment"
    then kill -KILL "${process#/proc/}" 2>/dev/null || true; fi
  done
  stop "$dir/run/munged.pid"
}

port_free() { ! (exec 3<>"/dev/tcp/$addr/$1") 2>/dev/null; }

configuration() {
  cat <<CONF
ClusterName=jobruntest
SlurmctldHost=$host($addr)
SlurmctldPort=$port
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$dir/munge/socket
CredType=cred/munge
StateSaveLocation=$dir/state
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdPidFile=$dir/run/slurmd-%n.pid
SlurmdLogFile=$dir/log/slurmd-%n.log
SlurmdSpoolDir=$dir/spool/%n
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SwitchType=switch/none
MailProg=/bin/true
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1
KillWait=5
ReturnToService=2
SlurmctldTimeout=30
SlurmdTimeout=30
CONF
  for ((i = 1; i <= nodes; i++)); do
    echo "NodeName=n$i NodeHostname=$host NodeAddr=$addr Port=$((port + i)) CPUs=$cpus State=UNKNOWN"
  done
  echo "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP"
}

up() {
  local program try i deadline
  for program in munged mungekey slurmctld slurmd sbatch squeue sinfo scancel; do
    command -v "$program" >/dev/null || die 69 "$program is missing"
  done
  mkdir -p "$dir"/{log,run,spool,state,munge/secret}
  chmod 711 "$dir"
  chmod 755 "$dir"/{log,run,spool,munge}
  chmod 700 "$dir"/{state,munge/secret}
  mungekey --create --keyfile="$dir/munge/secret/key"
  munged --force --origin=127.0.0.1 --key-file="$dir/munge/secret/key" \
    --seed-file="$dir/munge/secret/seed" --socket="$dir/munge/socket" \
    --pid-file="$dir/run/munged.pid" --log-file="$dir/log/munged.log" \
    </dev/null >>"$dir/log/start.log" 2>&1
  for ((try = 0; ; try++)); do
    ((try < 50)) || die 70 "no free ports"
    port=$((20000 + RANDOM % 10000)) ok=yes
    for ((i = 0; i <= nodes; i++)); do port_free $((port + i)) || ok=no; done
    [[ $ok == no ]] || break
  done
  configuration >"$SLURM_CONF"
  controller
  for ((i = 1; i <= nodes; i++)); do
    "${own_name[@]}" slurmd -f "$SLURM_CONF" -N "n$i" </dev/null >>"$dir/log/start.log" 2>&1
  done
  deadline=$((SECONDS + 30))
  until [[ $(timeout 5 sinfo -h -N -o %T 2>/dev/null | grep -cxE 'idle|mixed|allocated') == "$nodes" ]]
  do
    ((SECONDS < deadline)) || die 70 "nodes are not ready after 30 s"
    sleep 0.1
  done
}

case $action in
  up) up ;;
  controller) controller ;;
  down) down ;;
  *) die 64 "unknown action $action" ;;
esac
