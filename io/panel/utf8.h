/* utf8.h - whether bytes are well-formed UTF-8.
 *
 * Source    The Unicode Standard 15.0, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
#ifndef SOLOW_IO_PANEL_UTF8_H
#define SOLOW_IO_PANEL_UTF8_H

#include <stdbool.h>
#include <stddef.h>

bool solow_utf8_is_valid(const char *text, size_t bytes);

#endif
