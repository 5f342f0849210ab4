// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tool - verify
 *
 * The runtime refuses a module whose untrusted text spells a forbidden
 * instruction at any byte offset.  This says so when the module is built: it
 * fills in what the module loader will (fields that depend on where that puts
 * the module must be harmless wherever it is, see UT_REACH), and judges as the
 * runtime does, by the same list.
 *
 * The file may be hostile: nothing in it is an index or a size unchecked.
 */
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <undertow/map.h>
#include <undertow/opcode.h>

#include "undertow.h"

#define TEXT_PREFIX	".undertow.text."
#define DOMAIN_PREFIX	".undertow."
#define BODY_SUFFIX	".untrusted"
#define PAGE_MASK	0xfffUL
/* What no address of a module is known beyond: the loader decides. */
#define SOMEWHERE	0xffffffff80000000UL

struct file {
	const char *path;
	Elf *elf;
	size_t names;		/* section of the section names */
	Elf_Data *symbols;
	size_t symbol_names;	/* section */
};

/* Untrusted text of one section, as it will be in memory. */
struct text {
	const char *name;
	size_t section;
	unsigned char *bytes;
	size_t size;		/* up to the gates */
};

static int file_error(const struct file *file, const char *problem)
{
	fprintf(stderr, "%s: error: %s\n", file->path, problem);
	return STATUS_ERROR;
}

static int file_damaged(const struct file *file, const char *what)
{
	fprintf(stderr, "%s: error: damaged: %s\n", file->path, what);
	return STATUS_ERROR;
}

static bool symbol_get(const struct file *file, size_t index, GElf_Sym *symbol)
{
	return file->symbols && index <= INT_MAX && gelf_getsym(file->symbols, (int)index, symbol);
}

static const char *symbol_name(const struct file *file, const GElf_Sym *symbol)
{
	Elf_Scn *section = elf_getscn(file->elf, symbol->st_shndx);
	const char *name = elf_strptr(file->elf, file->symbol_names, symbol->st_name);
	GElf_Shdr header;

	if (GELF_ST_TYPE(symbol->st_info) == STT_SECTION && section &&
	    gelf_getshdr(section, &header))
		name = elf_strptr(file->elf, file->names, header.sh_name);
	return name ?: "";
}

static size_t symbol_count(const struct file *file)
{
	return file->symbols ? file->symbols->d_size / sizeof(Elf64_Sym) : 0;
}

/* Where the untrusted text of a linked module ends and its gates begin. */
static size_t text_end(const struct file *file, const struct text *text, size_t size)
{
	char name[UT_NAME_SIZE + 32];
	GElf_Sym symbol;
	size_t i;

	snprintf(name, sizeof(name), "__ut_%s_text_end", text->name + strlen(TEXT_PREFIX));
	for (i = 0; i < symbol_count(file); i++)
		if (symbol_get(file, i, &symbol) && symbol.st_shndx == text->section &&
		    symbol.st_value <= size && !strcmp(symbol_name(file, &symbol), name))
			return symbol.st_value;
	return size;
}

/* The function at an offset of a text: the last one that begins before it. */
static const char *text_function(const struct file *file, const struct text *text,
				 size_t offset, size_t *start)
{
	const char *name = text->name;
	GElf_Sym symbol;
	size_t i;

	*start = 0;
	for (i = 0; i < symbol_count(file); i++) {
		if (!symbol_get(file, i, &symbol) || symbol.st_shndx != text->section ||
		    GELF_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_value > offset ||
		    symbol.st_value < *start)
			continue;
		*start = symbol.st_value;
		name = symbol_name(file, &symbol);
	}
	return name;
}

static void finding(const struct file *file, const struct text *text, size_t offset,
		    const char *severity, const char *what, const char *name)
{
	size_t start;
	const char *function = text_function(file, text, offset, &start);

	printf("%s: %s: %s()+0x%zx: %s %s\n", file->path, severity, function, offset - start, what,
	       name);
}

/* Width of the field that a relocation fills, 0: none that code has. */
static size_t field_width(unsigned int type, bool *is_relative)
{
	*is_relative = type == R_X86_64_PC32 || type == R_X86_64_PLT32;
	switch (type) {
	case R_X86_64_64:
		return 8;
	case R_X86_64_32:
	case R_X86_64_32S:
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
		return 4;
	default:
		return 0;
	}
}

/* Sections of the map's kinds begin on pages, so the low bits are known. */
static bool is_harmless(const struct file *file, const GElf_Sym *symbol, unsigned long address)
{
	Elf_Scn *section = elf_getscn(file->elf, symbol->st_shndx);
	GElf_Shdr header;

	return symbol->st_shndx < SHN_LORESERVE && section && gelf_getshdr(section, &header) &&
	       !(header.sh_addralign & PAGE_MASK) && header.sh_addralign &&
	       (address & PAGE_MASK) < UT_REACH && (address & 0xff) != 0x0f;
}

/*
 * Fill in one field.  Return: whether what it will hold is harmless, or judged
 * with the rest.
 */
static bool field_fill(const struct file *file, struct text *text, const GElf_Rela *rela,
		       const GElf_Sym *symbol)
{
	unsigned int type = GELF_R_TYPE(rela->r_info);
	unsigned long value;
	bool is_relative;
	size_t width = field_width(type, &is_relative);

	if (type == R_X86_64_NONE)
		return true;
	if (!width || text->size - rela->r_offset < width)
		return false;
	value = symbol->st_value + rela->r_addend;
	if (is_relative) {
		/* At the same distance wherever the loader puts the section? */
		if (symbol->st_shndx != text->section)
			return false;
		value -= rela->r_offset;
	} else {
		if (!is_harmless(file, symbol, value))
			return false;
		value = SOMEWHERE | (value & PAGE_MASK);
	}
	memcpy(text->bytes + rela->r_offset, &value, width);
	return true;
}

static int fields_fill(const struct file *file, struct text *text, Elf_Scn *section,
		       const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	GElf_Rela rela;
	size_t warned = SIZE_MAX, start;
	GElf_Sym symbol;
	int i;

	if (!data || header->sh_entsize != sizeof(Elf64_Rela))
		return file_damaged(file, "relocations");
	for (i = 0; (size_t)i < data->d_size / sizeof(Elf64_Rela); i++) {
		if (!gelf_getrela(data, i, &rela) ||
		    !symbol_get(file, GELF_R_SYM(rela.r_info), &symbol))
			return file_damaged(file, "relocations");
		/* Behind the text there are gates. */
		if (rela.r_offset >= text->size || field_fill(file, text, &rela, &symbol))
			continue;
		text_function(file, text, rela.r_offset, &start);
		if (start != warned)
			finding(file, text, rela.r_offset, "warning", "may spell a forbidden "
				"instruction, depending on where the module is loaded: reference to",
				symbol_name(file, &symbol));
		warned = start;
	}
	return STATUS_CLEAN;
}

static int text_relocate(const struct file *file, struct text *text)
{
	Elf_Scn *section = NULL;
	int status = STATUS_CLEAN;
	GElf_Shdr header;

	while ((section = elf_nextscn(file->elf, section))) {
		int result;

		if (!gelf_getshdr(section, &header))
			return file_damaged(file, "section header");
		if (header.sh_type != SHT_RELA || header.sh_info != text->section)
			continue;
		result = fields_fill(file, text, section, &header);
		status = result > status ? result : status;
	}
	return status;
}

static int text_scan(const struct file *file, const struct text *text)
{
	int status = STATUS_CLEAN;
	size_t offset;

	for (offset = 0; offset < text->size; offset++) {
		const char *name = ut_opcode_forbidden(text->bytes + offset, text->size - offset);

		if (!name)
			continue;
		finding(file, text, offset, "error", "untrusted text spells a forbidden instruction:", name);
		status = STATUS_FINDINGS;
	}
	return status;
}

/* Is a symbol of this name defined outside of the domains? */
static bool is_trusted(const struct file *file, const char *name, size_t length)
{
	const char *section_name;
	GElf_Shdr header;
	Elf_Scn *section;
	GElf_Sym symbol;
	size_t i;

	for (i = 0; i < symbol_count(file); i++) {
		if (!symbol_get(file, i, &symbol) || symbol.st_shndx == SHN_UNDEF ||
		    GELF_ST_BIND(symbol.st_info) == STB_LOCAL ||
		    strlen(symbol_name(file, &symbol)) != length ||
		    memcmp(symbol_name(file, &symbol), name, length))
			continue;
		section = elf_getscn(file->elf, symbol.st_shndx);
		if (!section || !gelf_getshdr(section, &header))
			return true;
		section_name = elf_strptr(file->elf, file->names, header.sh_name);
		return !section_name || strncmp(section_name, DOMAIN_PREFIX, strlen(DOMAIN_PREFIX));
	}
	return false;
}

/*
 * A weak function gives way to another file's, but only its symbol, which is the
 * gate: the domain would go on with its own body, and the others with a trusted
 * one.
 */
static int text_check_weak(const struct file *file, const struct text *text)
{
	int status = STATUS_CLEAN;
	GElf_Sym symbol;
	size_t i;

	for (i = 0; i < symbol_count(file); i++) {
		const char *name;
		size_t length;

		if (!symbol_get(file, i, &symbol) || symbol.st_shndx != text->section ||
		    GELF_ST_BIND(symbol.st_info) != STB_WEAK)
			continue;
		name = symbol_name(file, &symbol);
		length = strlen(name);
		if (length <= strlen(BODY_SUFFIX) ||
		    strcmp(name + length - strlen(BODY_SUFFIX), BODY_SUFFIX) ||
		    !is_trusted(file, name, length - strlen(BODY_SUFFIX)))
			continue;
		finding(file, text, symbol.st_value, "error", "weak and untrusted here, but another "
			"file has a trusted function of that name:", name);
		status = STATUS_FINDINGS;
	}
	return status;
}

static int text_verify(const struct file *file, Elf_Scn *section, const char *name)
{
	Elf_Data *data = elf_getdata(section, NULL);
	struct text text = { .name = name, .section = elf_ndxscn(section) };
	int status, result;

	if (!data)
		return file_damaged(file, "section");
	if (!data->d_size || !data->d_buf)
		return STATUS_CLEAN;
	text.bytes = malloc(data->d_size);
	if (!text.bytes)
		return file_error(file, strerror(errno));
	memcpy(text.bytes, data->d_buf, data->d_size);
	text.size = text_end(file, &text, data->d_size);
	status = text_relocate(file, &text);
	if (status != STATUS_ERROR) {
		result = text_scan(file, &text);
		status = result > status ? result : status;
		result = text_check_weak(file, &text);
		status = result > status ? result : status;
	}
	free(text.bytes);
	return status;
}

/* Also looks at each header: libelf ends at the first that is not there. */
static int file_find_symbols(struct file *file)
{
	Elf_Scn *section = NULL;
	size_t seen = 1, count;
	GElf_Shdr header;

	while ((section = elf_nextscn(file->elf, section))) {
		if (!gelf_getshdr(section, &header))
			return file_damaged(file, "section header");
		seen++;
		if (header.sh_type != SHT_SYMTAB)
			continue;
		file->symbols = elf_getdata(section, NULL);
		file->symbol_names = header.sh_link;
		if (!file->symbols || header.sh_entsize != sizeof(Elf64_Sym))
			return file_damaged(file, "symbol table");
	}
	if (elf_getshdrnum(file->elf, &count) || seen != count)
		return file_damaged(file, "section header");
	return STATUS_CLEAN;
}

static int file_verify(struct file *file)
{
	Elf_Scn *section = NULL;
	int status = STATUS_CLEAN;
	GElf_Ehdr header;
	GElf_Shdr shdr;

	if (elf_kind(file->elf) != ELF_K_ELF || !gelf_getehdr(file->elf, &header) ||
	    gelf_getclass(file->elf) != ELFCLASS64 || header.e_machine != EM_X86_64 ||
	    header.e_type != ET_REL)
		return file_error(file, "not a relocatable x86-64 ELF file");
	if (elf_getshdrstrndx(file->elf, &file->names))
		return file_damaged(file, "names");
	if (file_find_symbols(file))
		return STATUS_ERROR;
	while ((section = elf_nextscn(file->elf, section))) {
		const char *name;
		int result;

		if (!gelf_getshdr(section, &shdr))
			return file_damaged(file, "section header");
		name = elf_strptr(file->elf, file->names, shdr.sh_name);
		if (!name || strncmp(name, TEXT_PREFIX, strlen(TEXT_PREFIX)) ||
		    shdr.sh_type != SHT_PROGBITS)
			continue;
		result = text_verify(file, section, name);
		status = result > status ? result : status;
	}
	return status;
}

int verify(const char *path)
{
	struct file file = { .path = path };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int status;

	if (fd < 0)
		return file_error(&file, strerror(errno));
	elf_version(EV_CURRENT);
	file.elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	status = file.elf ? file_verify(&file) : file_error(&file, elf_errmsg(-1));
	elf_end(file.elf);
	close(fd);
	return status;
}
