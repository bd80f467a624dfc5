/* file_hash.c - see file_hash.h. */
#include "io/result/file_hash.h"

#include <nettle/sha2.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void write_hex(struct sha256_ctx *context, char *hex)
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
}

void solow_text_sha256(const char *text, char *hex)
{
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, strlen(text), (const uint8_t *)text);
    write_hex(&context, hex);
}

solow_status solow_file_sha256(const char *path, char *hex, solow_error *err)
{
    struct sha256_ctx context;
    uint8_t chunk[1 << 16];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_NO_INPUT, "cannot open %s: %s", path, strerror(errno));
    }
    sha256_init(&context);
    size_t bytes = fread(chunk, 1, sizeof chunk, file);
    while (bytes > 0) {
        sha256_update(&context, bytes, chunk);
        bytes = fread(chunk, 1, sizeof chunk, file);
    }
    int broken = ferror(file);
    fclose(file);
    if (broken) {
        return SOLOW_FAIL(err, SOLOW_ERR_IO, "reading %s broke off: %s", path, strerror(errno));
    }
    write_hex(&context, hex);
    return SOLOW_OK;
}
