#!/usr/bin/env bash
# solow submit on two nodes (pretended: one machine): four ranks, two a node, and the same bytes as without Slurm.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"
# shellcheck source=tests/support/slurm.sh
. "$3/tests/support/slurm.sh" 2 "$(count_cores)"

job=$source_dir/jobs/quickstart.yml
for program in "$solow" "$tiny"; do
    "$program" run "$job" -o without.h5 --quiet --restart
    tables_of without.h5 "without-$(basename "$program").txt"
done

# ran RANKS PROGRAM: the job of the last submission ended well, on so many ranks, with the bytes of the run without Slurm.
ran() {
    local wanted=$1 without
    without=without-$(basename "$2").txt
    wait_for COMPLETED "$(submitted out.txt)" 100
    expect_exit 0 "$solow" export quickstart.h5 --table provenance
    expect_text "^ranks,$wanted" out.txt
    tables_of quickstart.h5 with.txt
    expect_same "$without" with.txt "$wanted ranks on two nodes give other tables"
    rm -rf quickstart.h5*
}

expect_exit 0 "$solow" submit "$job" --nodes 2 --ranks-per-node 2 --mem 500M --time 5 --now
ran 4 "$solow"
# Tiny limits: blocks of 16 rows and messages of 1 KiB, so that every chunk crosses from node to node.
expect_exit 0 "$tiny" submit "$job" --nodes 2 --ranks-per-node 1 --mem 500M --time 5 --now --overwrite
ran 2 "$tiny"
# Whole nodes: a rank for each core of each.
expect_exit 0 "$solow" submit "$job" --nodes 2 --time 5 --now --overwrite
ran $((2 * $(count_cores))) "$solow"
finish
