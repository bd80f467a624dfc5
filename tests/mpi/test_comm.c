/* test_comm.c - messages of any length arrive whole, in order, on every rank; one status for all. */
#include "tests/support/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lengths around the message limit of the tiny build. */
static const size_t lengths[] = {0, 1, 1023, 1024, 1025, 5000};
enum { LENGTHS = sizeof lengths / sizeof lengths[0] };

/* What rank says at place i. */
static unsigned char spoken(int rank, size_t i)
{
    return (unsigned char)(31 * (size_t)rank + 7 * i + i / 251);
}

static unsigned char *speech(int rank, size_t bytes)
{
    unsigned char *data = malloc(bytes + 1);
    ck_assert_ptr_nonnull(data);
    for (size_t i = 0; i < bytes; i++) {
        data[i] = spoken(rank, i);
    }
    return data;
}

static void heard(const unsigned char *data, int rank, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        ck_assert_msg(data[i] == spoken(rank, i), "byte %zu of %zu from rank %d differs", i, bytes, rank);
    }
}

START_TEST(broadcast_from_every_root)
{
    solow_error err = {0};
    for (int root = 0; root < world_size(); root++) {
        for (int l = 0; l < LENGTHS; l++) {
            unsigned char *data = speech(world_rank(), lengths[l]);
            world_good(solow_comm_broadcast(world(), root, data, lengths[l], &err), &err);
            heard(data, root, lengths[l]);
            free(data);
        }
    }
}
END_TEST

/* Rank r gives lengths[(r + shift) mod 6] bytes. */
START_TEST(allgather_and_gather)
{
    solow_error err = {0};
    size_t *offset = malloc(((size_t)world_size() + 1) * sizeof *offset);
    for (int shift = 0; shift < LENGTHS; shift++) {
        size_t bytes = lengths[(world_rank() + shift) % LENGTHS];
        unsigned char *mine = speech(world_rank(), bytes);
        for (int everywhere = 0; everywhere < 2; everywhere++) {
            void *all = NULL;
            world_good(everywhere ? solow_comm_allgather(world(), mine, bytes, &all, offset, &err)
                                  : solow_comm_gather(world(), mine, bytes, &all, offset, &err),
                       &err);
            size_t start = 0;
            for (int rank = 0; rank < world_size(); rank++) {
                size_t length = lengths[(rank + shift) % LENGTHS];
                ck_assert_uint_eq(offset[rank], start);
                if (everywhere || world_rank() == 0) {
                    heard((unsigned char *)all + start, rank, length);
                }
                start += length;
            }
            ck_assert_uint_eq(offset[world_size()], start);
            if (!everywhere && world_rank() != 0) {
                ck_assert_ptr_null(all);
            }
            free(all);
        }
        free(mine);
    }
    free(offset);
}
END_TEST

/* From rank a to rank b go lengths[(a + 2 b + shift) mod 6] bytes of a's speech, beginning anew for each b. */
START_TEST(exchange)
{
    solow_error err = {0};
    size_t ranks = (size_t)world_size(), *send = malloc(ranks * sizeof *send), *receive = malloc(ranks * sizeof *send);
    for (int shift = 0; shift < LENGTHS; shift++) {
        size_t total = 0;
        for (int to = 0; to < world_size(); to++) {
            send[to] = lengths[(world_rank() + 2 * to + shift) % LENGTHS];
            total += send[to];
        }
        unsigned char *data = malloc(total + 1), *end = data;
        for (int to = 0; to < world_size(); to++) {
            for (size_t i = 0; i < send[to]; i++) {
                *end++ = spoken(world_rank() + 10 * to, i);
            }
        }
        void *received = NULL;
        world_good(solow_comm_exchange(world(), data, send, &received, receive, &err), &err);
        const unsigned char *next = received;
        for (int from = 0; from < world_size(); from++) {
            ck_assert_uint_eq(receive[from], lengths[(from + 2 * world_rank() + shift) % LENGTHS]);
            heard(next, from + 10 * world_rank(), receive[from]);
            next += receive[from];
        }
        free(received);
        free(data);
    }
    free(send);
    free(receive);
}
END_TEST

START_TEST(point_to_point)
{
    solow_error err = {0};
    enum { BYTES = 3333 };
    unsigned char *data = speech(world_rank(), BYTES);
    if (world_rank() == 0) {
        for (int from = world_size() - 1; from > 0; from--) {
            world_good(solow_comm_receive(world(), from, data, BYTES, &err), &err);
            heard(data, from, BYTES);
        }
    } else {
        world_good(solow_comm_send(world(), 0, data, BYTES, &err), &err);
    }
    free(data);
}
END_TEST

/* 999 values: more than one message of the tiny build. */
START_TEST(reductions)
{
    enum { COUNT = 999 };
    solow_error err = {0};
    int size = world_size(), rank = world_rank();
    int64_t sum[COUNT], most[COUNT];
    int32_t sum32[COUNT], least32[COUNT], most32[COUNT];
    uint8_t bits[COUNT];
    double largest[COUNT];
    for (int i = 0; i < COUNT; i++) {
        sum[i] = ((int64_t)1 << 40) * (rank + 1) + i;
        most[i] = (i + rank) % size - 5;
        sum32[i] = i * (rank + 1);
        least32[i] = most32[i] = (i + rank) % size - 7;
        bits[i] = (uint8_t)(1U << (rank % 8));
        largest[i] = 0.1 * ((i + rank) % size) - 1;
    }
    world_good(solow_comm_sum_int64(world(), sum, COUNT, &err), &err);
    world_good(solow_comm_max_int64(world(), most, COUNT, &err), &err);
    world_good(solow_comm_sum_int32(world(), sum32, COUNT, &err), &err);
    world_good(solow_comm_min_int32(world(), least32, COUNT, &err), &err);
    world_good(solow_comm_max_int32(world(), most32, COUNT, &err), &err);
    world_good(solow_comm_or_bytes(world(), bits, COUNT, &err), &err);
    world_good(solow_comm_max_double(world(), largest, COUNT, &err), &err);
    int triangle = size * (size + 1) / 2;
    for (int i = 0; i < COUNT; i++) {
        ck_assert_int_eq(sum[i], ((int64_t)1 << 40) * triangle + (int64_t)i * size);
        ck_assert_int_eq(most[i], size - 6);
        ck_assert_int_eq(sum32[i], i * triangle);
        ck_assert_int_eq(least32[i], -7);
        ck_assert_int_eq(most32[i], size - 8);
        ck_assert_int_eq(bits[i], (1 << (size < 8 ? size : 8)) - 1);
        ck_assert_double_eq(largest[i], 0.1 * (size - 1) - 1);
    }
}
END_TEST

START_TEST(scan)
{
    solow_error err = {0};
    int64_t before = -1, total = -1, rank = world_rank(), size = world_size();
    world_good(solow_comm_scan_int64(world(), 10 + rank, &before, &total, &err), &err);
    ck_assert_int_eq(before, 10 * rank + rank * (rank - 1) / 2);
    ck_assert_int_eq(total, 10 * size + size * (size - 1) / 2);
}
END_TEST

/* Every non-empty set of ranks fails, each with its own status and sentence: all learn the lowest one's. */
START_TEST(agree_on_the_lowest_failing_rank)
{
    static const solow_status statuses[] = {SOLOW_ERR_INPUT, SOLOW_ERR_CONFIG, SOLOW_ERR_CREATE, SOLOW_ERR_NUMERIC};
    for (int failing = 0; failing < 1 << world_size(); failing++) {
        solow_error err = {0};
        solow_status status = SOLOW_OK;
        if ((failing >> world_rank() & 1) != 0) {
            status = SOLOW_FAIL(&err, statuses[world_rank() % 4], "rank %d of set %d fails", world_rank(), failing);
        }
        status = solow_comm_agree(world(), status, &err);
        if (failing == 0) {
            ck_assert_int_eq(status, SOLOW_OK);
            ck_assert_int_eq(err.status, SOLOW_OK);
            continue;
        }
        int lowest = 0;
        while ((failing >> lowest & 1) == 0) {
            lowest++;
        }
        char sentence[64];
        snprintf(sentence, sizeof sentence, "rank %d of set %d fails", lowest, failing);
        ck_assert_int_eq(status, statuses[lowest % 4]);
        ck_assert_int_eq(err.status, statuses[lowest % 4]);
        ck_assert_str_eq(err.message, sentence);
    }
}
END_TEST

START_TEST(agree_without_an_error_to_fill)
{
    solow_status mine = world_rank() == world_size() - 1 ? SOLOW_ERR_INPUT : SOLOW_OK;
    ck_assert_int_eq(solow_comm_agree(world(), mine, NULL), SOLOW_ERR_INPUT);
}
END_TEST

START_TEST(launch_says_the_same_everywhere)
{
    solow_error err = {0};
    char sentence[256], first[256];
    world_good(solow_comm_launch_check(world(), sentence, sizeof sentence, &err), &err);
    memcpy(first, sentence, sizeof first);
    world_good(solow_comm_broadcast(world(), 0, first, sizeof first, &err), &err);
    ck_assert_str_eq(first, sentence);
    if (world_size() == 1) {
        ck_assert_str_eq(sentence, "");
    }
}
END_TEST

START_TEST(alone_needs_no_ranks)
{
    solow_error err = {0};
    size_t send = 5, receive = 0, offset[2];
    void *data = NULL;
    ck_assert_int_eq(solow_comm_size(world_alone()), 1);
    ck_assert_int_eq(solow_comm_rank(world_alone()), 0);
    ck_assert_str_eq(solow_comm_library(world_alone()), "none");
    world_good(solow_comm_exchange(world_alone(), "solow", &send, &data, &receive, &err), &err);
    ck_assert_uint_eq(receive, 5);
    ck_assert_mem_eq(data, "solow", 5);
    free(data);
    world_good(solow_comm_allgather(world_alone(), NULL, 0, &data, offset, &err), &err);
    ck_assert_uint_eq(offset[1], 0);
    free(data);
}
END_TEST

/* The last rank has no memory and says so at the end of a phase; the others are elsewhere, each in another call. All leave with
 * its sentence, and so does every later call, in any order. Last test: it ends the world. */
START_TEST(no_rank_is_left_waiting)
{
    solow_error err = {0}, later = {0};
    int64_t value[3] = {1, 2, 3}, total;
    size_t *offset = malloc(((size_t)world_size() + 1) * sizeof *offset);
    void *all = NULL;
    solow_status status = SOLOW_OK;
    if (world_rank() == world_size() - 1) {
        status = solow_comm_agree(world(), SOLOW_FAIL(&err, SOLOW_ERR_MEMORY, "no memory for rows"), &err);
    } else if (world_rank() == 0) {
        status = solow_comm_scan_int64(world(), 7, &value[0], &total, &err);
    } else if (world_rank() == 1) {
        status = solow_comm_broadcast(world(), 0, value, sizeof value, &err);
    } else {
        status = solow_comm_allgather(world(), value, sizeof value, &all, offset, &err);
    }
    world_refused(status, SOLOW_ERR_MEMORY, &err, "no memory for rows");
    for (int call = 0; call < world_rank() && world_size() > 1; call++) {
        status = solow_comm_sum_int64(world(), value, 3, &later);
        world_refused(status, SOLOW_ERR_MEMORY, &later, "no memory for rows");
    }
    free(offset);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = {broadcast_from_every_root,
                                  allgather_and_gather,
                                  exchange,
                                  point_to_point,
                                  reductions,
                                  scan,
                                  agree_on_the_lowest_failing_rank,
                                  agree_without_an_error_to_fill,
                                  launch_says_the_same_everywhere,
                                  alone_needs_no_ranks,
                                  no_rank_is_left_waiting,
                                  NULL};
    TCase *const cases[] = {solow_test_case("comm", tests, 0), NULL};
    return world_run(argc, argv, "comm", cases);
}
