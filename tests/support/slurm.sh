# shellcheck shell=bash
# slurm.sh - a Slurm of our own for the tests: munged, slurmctld and a slurmd for each pretended node, all on this machine.
#
# Sourced after cli.sh as `. slurm.sh NODES CPUS`. Everything lies in one folder under $work and goes with the test;
# nothing of another Slurm on the machine is read or changed. No systemd, no cgroups, no database, and no network but the
# loopback. Where Slurm or munge are not installed the test is skipped.
#
# What took time to find out: slurmd wants a cgroup plugin even where none is used; two nodes must not share the folder
# in which PMIx works (TmpFS); Open MPI names shared memory by host, so that ranks of two pretended nodes must use TCP, on
# the loopback, which it leaves out unless told; a requeued job waits for cred_expire.
PATH=$PATH:/usr/sbin:/sbin
for tool in munged munge slurmctld slurmd sbatch srun squeue scontrol; do
    if ! command -v $tool >/dev/null; then
        echo "skipped: $tool is not installed (packages slurm-wlm and munge)"
        exit 77
    fi
done
slurm_nodes=$1
slurm_cpus=$2
slurm=${work:?cli.sh comes first}/slurm
slurm_host=$(hostname -s 2>/dev/null || uname -n)
if ! getent hosts "$slurm_host" >/dev/null; then
    echo "skipped: the name of this machine, $slurm_host, has no address"
    exit 77
fi
# Settings of a Slurm that runs this very test must not reach ours.
while read -r name; do unset "$name"; done < <(compgen -e | grep -E '^(SLURM|SBATCH|SALLOC|PMI|PMIX|MUNGE)')
export SLURM_CONF=$slurm/slurm.conf

slurm_log() { tail -n 12 "$slurm"/log/*.log; }

# The first of nodes + 1 ports in a row on which nobody listens. Two tests at a time begin far from each other.
slurm_ports() {
    local first=$((20000 + $$ % 400 * 20)) port i
    for ((port = first; port < first + 4000; port += 20)); do
        for ((i = 0; i <= slurm_nodes; i++)); do
            (exec 3<>"/dev/tcp/127.0.0.1/$((port + i))") 2>/dev/null && continue 2
        done
        echo $port
        return
    done
}

slurm_configuration() {
    local user memory port i
    user=$(id -un)
    memory=$(awk '/^MemTotal:/ { print int($2 / 1024 * 0.9) }' /proc/meminfo)
    port=$(slurm_ports)
    cat <<CONF
ClusterName=tests
SlurmctldHost=$slurm_host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
SlurmctldPort=$port
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthType=auth/munge
AuthInfo=socket=$slurm/run/munge.socket,cred_expire=5
StateSaveLocation=$slurm/state
TmpFS=$slurm/tmp/%n
SlurmdSpoolDir=$slurm/spool/%n
SlurmctldPidFile=$slurm/run/slurmctld.pid
SlurmdPidFile=$slurm/run/slurmd.%n.pid
SlurmctldLogFile=$slurm/log/slurmctld.log
SlurmdLogFile=$slurm/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
TaskProlog=$slurm/task-prolog
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MailProg=/bin/true
ReturnToService=2
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
KillWait=5
MinJobAge=86400
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE DefaultTime=10 State=UP
CONF
    for ((i = 1; i <= slurm_nodes; i++)); do
        printf 'NodeName=n%d NodeHostname=%s NodeAddr=127.0.0.1 Port=%d CPUs=%d RealMemory=%d State=UNKNOWN\n' \
            $i "$slurm_host" $((port + i)) "$slurm_cpus" "$memory"
    done
}

# The process of a pid file, if its command line names our folder: a number that was given anew would not.
slurm_process() {
    local process
    process=$(cat "$1" 2>/dev/null) && tr '\0' ' ' <"/proc/$process/cmdline" 2>/dev/null | grep -qF "$slurm/" && echo "$process"
}

slurm_stop() {
    local file process i
    timeout 20 scancel --user "$(id -un)" 2>/dev/null
    for ((i = 0; i < 100; i++)); do
        [ -n "$(timeout 10 squeue -h -t R,CG,S -o %A 2>/dev/null)" ] || break
        sleep 0.1
    done
    for file in "$slurm"/run/slurmd.*.pid "$slurm/run/slurmctld.pid" "$slurm/run/munged.pid"; do
        process=$(slurm_process "$file") || continue
        kill "$process"
        for ((i = 0; i < 100; i++)); do
            slurm_process "$file" >/dev/null || break
            sleep 0.1
        done
        process=$(slurm_process "$file") && kill -KILL "$process"
    done
    cd / && rm -rf "$work"
}

slurm_start() {
    local i
    chmod 711 "$work" || return 1 # munge wants its socket to be within everybody's reach
    mkdir -p "$slurm"/{run,log,state,spool,tmp} || return 1
    for ((i = 1; i <= slurm_nodes; i++)); do mkdir "$slurm/spool/n$i" "$slurm/tmp/n$i" || return 1; done
    slurm_configuration >"$slurm/slurm.conf"
    printf 'CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n' >"$slurm/cgroup.conf"
    # More ranks than cores must give way while they wait, which Open MPI cannot know of ranks that Slurm starts.
    {
        printf '#!/bin/sh\necho export OMPI_MCA_mpi_yield_when_idle=1\n'
        [ "$slurm_nodes" = 1 ] || printf 'echo export OMPI_MCA_btl=self,tcp\necho export OMPI_MCA_btl_tcp_if_include=lo\n'
    } >"$slurm/task-prolog"
    chmod 755 "$slurm/task-prolog"
    (umask 077 && head -c 1024 /dev/urandom >"$slurm/munge.key")
    trap slurm_stop EXIT
    munged --key-file="$slurm/munge.key" --socket="$slurm/run/munge.socket" --pid-file="$slurm/run/munged.pid" \
        --log-file="$slurm/log/munged.log" --seed-file="$slurm/run/munge.seed" --num-threads=2 || return 1
    slurmctld -f "$SLURM_CONF" -i || return 1
    for ((i = 1; i <= slurm_nodes; i++)); do slurmd -f "$SLURM_CONF" -N "n$i" || return 1; done
    for ((i = 0; i < 300; i++)); do
        [ "$(sinfo -h -N -t idle -o %N 2>/dev/null | sort -u | wc -l)" -eq "$slurm_nodes" ] && return 0
        sleep 0.1
    done
    return 1
}

# state_of JOB: PENDING RUNNING COMPLETED FAILED TIMEOUT CANCELLED ... of a job or an array's task.
state_of() { scontrol show job "$1" 2>/dev/null | sed -nE 's/.*JobState=([A-Z_]+).*/\1/p' | head -n 1; }
code_of() { scontrol show job "$1" 2>/dev/null | sed -nE 's/.*ExitCode=([0-9]+):.*/\1/p' | head -n 1; }
restarts_of() { scontrol show job "$1" 2>/dev/null | sed -nE 's/.*Restarts=([0-9]+).*/\1/p' | head -n 1; }

# wait_for STATE JOB SECONDS: until the job is in that state; a state that it cannot leave ends the wait.
wait_for() {
    local now end=$((SECONDS + $3))
    checks=$((checks + 1))
    while [ $SECONDS -lt $end ]; do
        now=$(state_of "$2")
        [ "$now" = "$1" ] && return 0
        case $now in COMPLETED | FAILED | TIMEOUT | CANCELLED | NODE_FAIL | BOOT_FAIL | OUT_OF_MEMORY) break ;; esac
        sleep 0.2
    done
    fail "job $2 is $now (code $(code_of "$2")), not $1"
    tail -n 5 ./*.log 2>/dev/null
    return 1
}

# submitted FILE: the number that sbatch printed.
submitted() { sed -nE 's/^Submitted batch job ([0-9]+)$/\1/p' "$1"; }

if ! slurm_start; then
    slurm_log
    echo "FAILED: Slurm did not start"
    exit 99
fi
