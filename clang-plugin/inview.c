// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/*
 * Undertow plugin - in-view library
 *
 * Templates of the functions that the compiler, or kernel headers, expect to
 * exist.  Compiled to bitcode that is embedded in the plugin; a domain gets
 * private copies of those it uses.  No calls but to each other, no data but the
 * table of character classes.
 */

typedef __SIZE_TYPE__ size_t;
typedef __UINT64_TYPE__ word;

#define INVIEW(name) __ut_inview_##name

/* Character classes, with the values that isspace() and its like test for. */
#define UPPER	0x01
#define LOWER	0x02
#define DIGIT	0x04
#define CONTROL	0x08
#define PUNCT	0x10
#define SPACE	0x20
#define HEX	0x40
#define BLANK	0x80

const unsigned char INVIEW(_ctype)[256] = {
	[0 ... 8] = CONTROL, [9 ... 13] = CONTROL | SPACE, [14 ... 31] = CONTROL,
	[' '] = SPACE | BLANK, ['!' ... '/'] = PUNCT, ['0' ... '9'] = DIGIT,
	[':' ... '@'] = PUNCT, ['A' ... 'F'] = UPPER | HEX, ['G' ... 'Z'] = UPPER,
	['[' ... '`'] = PUNCT, ['a' ... 'f'] = LOWER | HEX, ['g' ... 'z'] = LOWER,
	['{' ... '~'] = PUNCT, [127] = CONTROL,
	/* Latin-1 */
	[160] = SPACE | BLANK, [161 ... 191] = PUNCT, [192 ... 214] = UPPER,
	[215] = PUNCT, [216 ... 222] = UPPER, [223 ... 246] = LOWER,
	[247] = PUNCT, [248 ... 255] = LOWER,
};

/* One possibly unaligned word; the compiler makes one instruction of it. */
static inline word word_load(const void *from)
{
	word value;

	__builtin_memcpy_inline(&value, from, sizeof(value));
	return value;
}

static inline void word_store(void *to, word value)
{
	__builtin_memcpy_inline(to, &value, sizeof(value));
}

void *INVIEW(memcpy)(void *to, const void *from, size_t len)
{
	unsigned char *d = to;
	const unsigned char *s = from;

	for (; len >= sizeof(word); len -= sizeof(word)) {
		word_store(d, word_load(s));
		d += sizeof(word);
		s += sizeof(word);
	}
	while (len--)
		*d++ = *s++;
	return to;
}

void *INVIEW(memmove)(void *to, const void *from, size_t len)
{
	unsigned char *d = to;
	const unsigned char *s = from;

	/* Forward is right unless the target starts inside the source. */
	if ((word)d - (word)s >= len)
		return INVIEW(memcpy)(to, from, len);
	for (; len >= sizeof(word); len -= sizeof(word))
		word_store(d + len - sizeof(word),
			   word_load(s + len - sizeof(word)));
	while (len--)
		d[len] = s[len];
	return to;
}

void *INVIEW(memset)(void *to, int value, size_t len)
{
	unsigned char *d = to;
	word pattern = 0x0101010101010101ull * (unsigned char)value;

	for (; len >= sizeof(word); len -= sizeof(word)) {
		word_store(d, pattern);
		d += sizeof(word);
	}
	while (len--)
		*d++ = value;
	return to;
}

int INVIEW(memcmp)(const void *a, const void *b, size_t len)
{
	const unsigned char *x = a, *y = b;

	for (; len; len--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

int INVIEW(bcmp)(const void *a, const void *b, size_t len)
{
	return INVIEW(memcmp)(a, b, len);
}

void *INVIEW(memchr)(const void *from, int c, size_t len)
{
	const unsigned char *s = from;

	for (; len; len--, s++)
		if (*s == (unsigned char)c)
			return (void *)s;
	return (void *)0;
}

void *INVIEW(memscan)(void *from, int c, size_t len)
{
	unsigned char *s = from;

	while (len && *s != (unsigned char)c) {
		s++;
		len--;
	}
	return s;
}

size_t INVIEW(strlen)(const char *s)
{
	size_t len = 0;

	while (s[len])
		len++;
	return len;
}

size_t INVIEW(strnlen)(const char *s, size_t max)
{
	size_t len = 0;

	while (len < max && s[len])
		len++;
	return len;
}

int INVIEW(strcmp)(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

int INVIEW(strncmp)(const char *a, const char *b, size_t len)
{
	for (; len; len--, a++, b++)
		if (*a != *b || !*a)
			return (unsigned char)*a - (unsigned char)*b;
	return 0;
}

char *INVIEW(stpcpy)(char *to, const char *from)
{
	while ((*to = *from++))
		to++;
	return to;
}

char *INVIEW(strcpy)(char *to, const char *from)
{
	INVIEW(stpcpy)(to, from);
	return to;
}

char *INVIEW(strncpy)(char *to, const char *from, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		to[i] = *from;
		if (*from)
			from++;
	}
	return to;
}

/* As the kernel's: the length, or -E2BIG when the string was cut. */
__INT64_TYPE__ INVIEW(strscpy)(char *to, const char *from, size_t len)
{
	size_t i;

	if (!len)
		return -7;
	for (i = 0; i < len; i++) {
		to[i] = from[i];
		if (!from[i])
			return i;
	}
	to[len - 1] = 0;
	return -7;
}

/* The name of strscpy() that kernel headers call. */
__INT64_TYPE__ INVIEW(sized_strscpy)(char *to, const char *from, size_t len)
{
	return INVIEW(strscpy)(to, from, len);
}

size_t INVIEW(strlcat)(char *to, const char *from, size_t size)
{
	size_t used = INVIEW(strnlen)(to, size), len = INVIEW(strlen)(from);

	if (used < size) {
		size_t room = size - used - 1, part = len < room ? len : room;

		INVIEW(memcpy)(to + used, from, part);
		to[used + part] = 0;
	}
	return used + len;
}

char *INVIEW(strcat)(char *to, const char *from)
{
	INVIEW(stpcpy)(to + INVIEW(strlen)(to), from);
	return to;
}

char *INVIEW(strncat)(char *to, const char *from, size_t len)
{
	char *end = to + INVIEW(strlen)(to);

	for (; len && *from; len--)
		*end++ = *from++;
	*end = 0;
	return to;
}

char *INVIEW(strchrnul)(const char *s, int c)
{
	while (*s && *s != (char)c)
		s++;
	return (char *)s;
}

char *INVIEW(strchr)(const char *s, int c)
{
	s = INVIEW(strchrnul)(s, c);
	return *s == (char)c ? (char *)s : (char *)0;
}

char *INVIEW(strnchr)(const char *s, size_t len, int c)
{
	for (; len; len--, s++) {
		if (*s == (char)c)
			return (char *)s;
		if (!*s)
			break;
	}
	return (char *)0;
}

char *INVIEW(strrchr)(const char *s, int c)
{
	const char *last = (char *)0;

	do {
		if (*s == (char)c)
			last = s;
	} while (*s++);
	return (char *)last;
}

size_t INVIEW(strspn)(const char *s, const char *accept)
{
	size_t len = 0;

	while (s[len] && INVIEW(strchr)(accept, s[len]))
		len++;
	return len;
}

size_t INVIEW(strcspn)(const char *s, const char *reject)
{
	size_t len = 0;

	while (s[len] && !INVIEW(strchr)(reject, s[len]))
		len++;
	return len;
}

char *INVIEW(strpbrk)(const char *s, const char *accept)
{
	s += INVIEW(strcspn)(s, accept);
	return *s ? (char *)s : (char *)0;
}

char *INVIEW(strnstr)(const char *s, const char *what, size_t len)
{
	size_t part = INVIEW(strlen)(what);

	if (!part)
		return (char *)s;
	for (; len >= part; len--, s++)
		if (!INVIEW(memcmp)(s, what, part))
			return (char *)s;
	return (char *)0;
}

char *INVIEW(strstr)(const char *s, const char *what)
{
	return INVIEW(strnstr)(s, what, INVIEW(strlen)(s));
}
