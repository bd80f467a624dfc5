/* order.c - see order.h.
 *
 * Source  Blelloch et al. (1991), A comparison of sorting algorithms for the connection machine, SPAA (sample sort).
 */
#include "engine/frame/order.h"

#include <stdlib.h>
#include <string.h>

enum { DIGIT_BITS = 11, DIGITS = 6, BUCKETS = 1 << DIGIT_BITS, SAMPLES = 64 };

solow_status solow_order(ptrdiff_t count, const uint64_t *key, ptrdiff_t *order, solow_error *err)
{
    ptrdiff_t *other = solow_allocate(count, sizeof *other);
    if (other == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to sort %td rows", count);
    }
    uint64_t differ = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        order[i] = i;
        differ |= key[i] ^ key[0];
    }
    ptrdiff_t *from = order, *to = other;
    for (int digit = 0; digit < DIGITS; digit++) {
        int shift = digit * DIGIT_BITS;
        if (((differ >> shift) & (BUCKETS - 1)) == 0) {
            continue;
        }
        ptrdiff_t start[BUCKETS] = {0}, total = 0;
        for (ptrdiff_t i = 0; i < count; i++) {
            start[(key[i] >> shift) & (BUCKETS - 1)]++;
        }
        for (ptrdiff_t b = 0; b < BUCKETS; b++) {
            ptrdiff_t size = start[b];
            start[b] = total;
            total += size;
        }
        for (ptrdiff_t i = 0; i < count; i++) {
            to[start[(key[from[i]] >> shift) & (BUCKETS - 1)]++] = from[i];
        }
        ptrdiff_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != order) {
        memcpy(order, from, solow_bytes(count, sizeof *order));
    }
    free(other);
    return SOLOW_OK;
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int by_key_and_origin(const void *a, const void *b)
{
    const solow_row_key *x = a, *y = b;
    if (x->key != y->key) {
        return x->key > y->key ? 1 : -1;
    }
    return (x->origin > y->origin) - (x->origin < y->origin);
}

solow_status solow_order_of_ranks(solow_comm *comm, ptrdiff_t count, const solow_row_key end[2], bool *sorted,
                                  solow_error *err)
{
    int size = solow_comm_size(comm);
    size_t *offset = solow_allocate((ptrdiff_t)size + 1, sizeof *offset);
    solow_status status = offset != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to sort");
    status = solow_comm_agree(comm, status, err);
    void *all = NULL;
    if (status == SOLOW_OK) {
        status = solow_comm_allgather(comm, end, count > 0 ? 2 * sizeof *end : 0, &all, offset, err);
    }
    if (status == SOLOW_OK) {
        const solow_row_key *every = all;
        ptrdiff_t ends = (ptrdiff_t)(offset[size] / sizeof *every);
        *sorted = true;
        for (ptrdiff_t i = 2; i < ends && *sorted; i += 2) {
            *sorted = by_key_and_origin(&every[i - 1], &every[i]) < 0;
        }
        free(all);
    }
    free(offset);
    return status;
}

/* Splitters [size - 1]: keys that cut all ranks' rows into near equal parts; the same on every rank. */
static solow_status choose_splitters(solow_comm *comm, ptrdiff_t count, const solow_row_key *sorted, uint64_t *splitter,
                                     solow_error *err)
{
    int size = solow_comm_size(comm);
    uint64_t sample[SAMPLES];
    ptrdiff_t samples = count < SAMPLES ? count : SAMPLES;
    for (ptrdiff_t s = 0; s < samples; s++) {
        sample[s] = sorted[s * count / samples].key;
    }
    size_t *offset = solow_allocate((ptrdiff_t)size + 1, sizeof *offset);
    solow_status status = offset != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to sort");
    status = solow_comm_agree(comm, status, err);
    void *all = NULL;
    if (status == SOLOW_OK) {
        status = solow_comm_allgather(comm, sample, solow_bytes(samples, sizeof sample[0]), &all, offset, err);
    }
    if (status == SOLOW_OK) {
        uint64_t *every = all;
        ptrdiff_t total = (ptrdiff_t)(offset[size] / sizeof *every);
        qsort(every, (size_t)total, sizeof *every, by_key);
        for (int rank = 1; rank < size; rank++) {
            splitter[rank - 1] = total > 0 ? every[rank * total / size] : 0;
        }
        free(all);
    }
    free(offset);
    return status;
}

/* Rows come to the rank of their key range, are sorted there, numbered, and the numbers travel back. */
static solow_status number_rows(solow_comm *comm, ptrdiff_t count, const solow_row_key *sorted, const size_t *send,
                                int64_t *position, solow_error *err)
{
    int size = solow_comm_size(comm);
    size_t *receive = solow_allocate(size, sizeof *receive), *back = solow_allocate(size, sizeof *back);
    solow_row_key *mine = NULL;
    int64_t *number = NULL;
    void *received = NULL, *returned = NULL;
    solow_status status =
        receive != NULL && back != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to sort");
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_comm_exchange(comm, sorted, send, &received, receive, err);
    }
    if (status != SOLOW_OK) {
        goto done;
    }
    const solow_row_key *arrived = received;
    ptrdiff_t rows = 0;
    for (int rank = 0; rank < size; rank++) {
        rows += (ptrdiff_t)(receive[rank] / sizeof *arrived);
        receive[rank] = receive[rank] / sizeof *arrived * sizeof *number;
    }
    number = solow_allocate(rows, sizeof *number);
    mine = solow_allocate(rows, sizeof *mine);
    int64_t before = 0, total = 0;
    status = number != NULL && mine != NULL ? SOLOW_OK
                                            : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to sort %td rows", rows);
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_comm_scan_int64(comm, rows, &before, &total, err);
    }
    if (status == SOLOW_OK) {
        memcpy(mine, arrived, solow_bytes(rows, sizeof *mine));
        qsort(mine, (size_t)rows, sizeof *mine, by_key_and_origin);
        for (ptrdiff_t i = 0; i < rows;
             i++) { /* the arrived row's place among mine, by bisection: origins are unique */
            const solow_row_key *found = bsearch(&arrived[i], mine, (size_t)rows, sizeof *mine, by_key_and_origin);
            number[i] = before + (found - mine);
        }
        status = solow_comm_exchange(comm, number, receive, &returned, back, err);
    }
    if (status == SOLOW_OK) {
        memcpy(position, returned, solow_bytes(count, sizeof *position));
    }
done:
    free(received);
    free(returned);
    free(number);
    free(mine);
    free(receive);
    free(back);
    return status;
}

static solow_status sort_by_samples(solow_comm *comm, ptrdiff_t count, const solow_row_key *sorted, int64_t *position,
                                    solow_error *err)
{
    int size = solow_comm_size(comm);
    uint64_t *splitter = solow_allocate(size, sizeof *splitter);
    size_t *send = solow_allocate_zeroed(size, sizeof *send);
    solow_status status =
        splitter != NULL && send != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to sort");
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = choose_splitters(comm, count, sorted, splitter, err);
    }
    int to = 0;
    for (ptrdiff_t i = 0; i < count && status == SOLOW_OK; i++) {
        while (to < size - 1 && sorted[i].key >= splitter[to]) {
            to++;
        }
        send[to] += sizeof *sorted;
    }
    if (status == SOLOW_OK) {
        status = number_rows(comm, count, sorted, send, position, err);
    }
    free(splitter);
    free(send);
    return status;
}

solow_status solow_order_ranks(solow_comm *comm, ptrdiff_t count, const uint64_t *key, const int64_t *origin,
                               ptrdiff_t *order, int64_t *position, solow_error *err)
{
    solow_row_key *sorted = solow_allocate(count, sizeof *sorted);
    solow_status status = sorted != NULL ? solow_order(count, key, order, err)
                                         : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to sort %td rows", count);
    bool ready = false;
    int64_t before = 0, total = 0;
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        for (ptrdiff_t i = 0; i < count; i++) {
            sorted[i] = (solow_row_key){key[order[i]], origin[order[i]]};
        }
        solow_row_key end[2] = {{0, 0}, {0, 0}};
        if (count > 0) {
            end[0] = sorted[0];
            end[1] = sorted[count - 1];
        }
        status = solow_order_of_ranks(comm, count, end, &ready, err);
    }
    if (status == SOLOW_OK) {
        status = solow_comm_scan_int64(comm, count, &before, &total, err);
    }
    if (status == SOLOW_OK && ready) {
        for (ptrdiff_t i = 0; i < count; i++) {
            position[i] = before + i;
        }
    } else if (status == SOLOW_OK) {
        status = sort_by_samples(comm, count, sorted, position, err);
    }
    free(sorted);
    return status;
}
