# SPDX-License-Identifier: GPL-2.0-only
#
# Undertow module.mk - what the Kbuild file of a module includes
#
#     obj-m := hello.o
#     hello-y := main.o parser.o
#     include $(UNDERTOW)/module.mk
#
# Optional:
#     undertow-domains-hello := parser crypto    (default: the module's name)
#     CFLAGS_lz4.o := $(call ut-domain,parser)   (behind the include: all of an
#                                                 unmodified file in a domain)
#     undertow-allow-hello := allow.txt          (what its domains may call; the
#                                                 file is next to this one)
#     undertow-whole-hello := parser             (before the include: all files
#                                                 in a domain, no source change)
#     undertow-trusted-hello := main.o           (before; files that are not)
#     undertow-modules := hello                  (default: all of obj-m)
#
# UNDERTOW is the directory of this file, of a build or installed.

ut-dir := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
ut-plugin := $(ut-dir)/lib/undertow.so
ut-script := $(ut-dir)/undertow-module.lds.S
ut-tool := $(ut-dir)/bin/undertow
# The version of clang that the plugin was built for.
ut-llvm := $(firstword $(file <$(ut-dir)/llvm))

# Now: Kbuild changes obj-m later.
undertow-modules := $(or $(undertow-modules),$(patsubst %.o,%,$(filter %.o,$(obj-m))))

# Kbuild does not link a module of one file, and without a link there is no
# script: such a module becomes one of several files, of which it has one.
ut-single := $(foreach m,$(undertow-modules),$(if $(strip \
	$($(m)-y) $($(m)-objs) $($(m)-m)),,$(m)))
define ut-single-rules
$(1)-y := $(1)-undertow.o
CFLAGS_$(1)-undertow.o = $$(CFLAGS_$(1).o)
CFLAGS_REMOVE_$(1)-undertow.o = $$(CFLAGS_REMOVE_$(1).o)
$$(obj)/$(1)-undertow.c: $$(src)/$(1).c
	echo '#include "$(1).c"' >$$@
clean-files += $(1)-undertow.c
endef

$(foreach m,$(ut-single),$(eval $(call ut-single-rules,$(m))))

# Domain names are C identifiers: as Kbuild does with names of modules.
ut-name = $(subst -,_,$(1))
# $(call ut-domains,module): its domains.
ut-domains = $(or $(strip $(undertow-domains-$(1))),$(strip \
	$(undertow-whole-$(1))),$(call ut-name,$(1)))
# $(call ut-allow,module): its allow-list.
ut-allow = $(foreach f,$(undertow-allow-$(1)),$(if $(filter /%,$(f)),,$(src)/)$(f))
# $(call ut-objects,module): its files.
ut-objects = $($(1)-y) $($(1)-objs) $($(1)-m)

# $(call ut-domain,name): flags for a whole file.
ut-domain = $(if $(filter $(1),$(ut-all-domains)),,$(error \
	undertow: unknown domain '$(1)', there are: $(ut-all-domains)))$(strip \
	-fplugin-arg-undertow-domain=$(strip $(1)))
ut-all-domains := $(sort $(foreach m,$(undertow-modules),$(call ut-domains,$(m))))

#
# Misuse.  `make clean` reads no kernel configuration and needs no tools.
#

ifdef CONFIG_MODULES

ut-missing := $(firstword $(foreach f,$(ut-plugin) $(ut-tool),$(if $(wildcard $(f)),,$(f))))
ifneq ($(ut-missing),)
$(error undertow: no $(ut-missing): build it, and point UNDERTOW there)
endif

ifndef CONFIG_CC_IS_CLANG
$(error undertow: the kernel was not built with clang: use $(ut-dir)/kbuild instead of make -C)
endif
# Undefined in another compiler: the word itself.
ut-cc := $(shell echo __clang_major__ | $(CC) -E -P -x c - 2>/dev/null)
ifneq ($(ut-cc),$(ut-llvm))
$(error undertow: the plugin was built for clang $(ut-llvm), and $(CC) is $(if \
	$(filter __clang_major__,$(ut-cc)),not clang,clang $(ut-cc)): use LLVM=-$(ut-llvm))
endif

# One file, and that is not C.
ut-lost := $(foreach m,$(ut-single),$(if $(wildcard $(src)/$(m).S),$(m)))
ifneq ($(strip $(ut-lost)),)
$(error undertow: $(firstword $(ut-lost)).o is a module of one file of assembler)
endif

# $(call ut-options,name): modules that undertow-<name>-<module> is set for.
ut-options = $(patsubst undertow-$(1)-%,%,$(filter undertow-$(1)-%,$(.VARIABLES)))
ut-stray := $(foreach o,whole trusted,$(addprefix undertow-$(o)-,$(filter-out \
	$(undertow-modules),$(call ut-options,$(o)))))
ifneq ($(strip $(ut-stray)),)
$(error undertow: $(firstword $(ut-stray)): no such module, there are: $(undertow-modules))
endif

ut-stray := $(foreach m,$(undertow-modules),$(foreach d,$(undertow-whole-$(m)),$(if \
	$(filter $(d),$(call ut-domains,$(m))),,$(d) $(m))))
ifneq ($(strip $(ut-stray)),)
$(error undertow: unknown domain '$(firstword $(ut-stray))' in undertow-whole-$(word \
	2,$(ut-stray)), there are: $(call ut-domains,$(word 2,$(ut-stray))))
endif

ut-stray := $(foreach m,$(undertow-modules),$(if $(word 2,$(undertow-whole-$(m))),$(m)))
ifneq ($(strip $(ut-stray)),)
$(error undertow: undertow-whole-$(firstword $(ut-stray)) names more than one domain)
endif

ut-stray := $(foreach m,$(undertow-modules),$(foreach f,$(filter-out \
	$(call ut-objects,$(m)),$(undertow-trusted-$(m))),$(f) $(m)))
ifneq ($(strip $(ut-stray)),)
$(error undertow: undertow-trusted-$(word 2,$(ut-stray)): $(firstword \
	$(ut-stray)) is not a file of the module)
endif

ut-stray := $(foreach m,$(undertow-modules),$(if $(undertow-trusted-$(m)),$(if \
	$(undertow-whole-$(m)),,$(m))))
ifneq ($(strip $(ut-stray)),)
$(error undertow: undertow-trusted-$(firstword $(ut-stray)) without undertow-whole-$(strip \
	$(firstword $(ut-stray))))
endif

ut-stray := $(foreach m,$(undertow-modules),$(if $(undertow-whole-$(m)),$(filter-out \
	$(undertow-trusted-$(m)),$(foreach f,$(call ut-objects,$(m)),$(if $(wildcard \
	$(src)/$(f:.o=.S)),$(f))))))
ifneq ($(strip $(ut-stray)),)
$(error undertow: $(firstword $(ut-stray)) is assembler, which no domain can hold: \
	name it in undertow-trusted-<module>)
endif

ut-missing := $(foreach m,$(undertow-modules),$(foreach f,$(call ut-allow,$(m)),\
	$(if $(wildcard $(f)),,$(f))))
ifneq ($(strip $(ut-missing)),)
$(error undertow: no allow-list $(firstword $(ut-missing)))
endif

endif # CONFIG_MODULES

#
# Compiler
#

# Linux before 6.4 numbers its unwind hints otherwise.
ut-old-hints := $(if $(wildcard $(srctree)/include/linux/objtool_types.h),,$(if $(wildcard \
	$(srctree)/include/linux/objtool.h),-fplugin-arg-undertow-old-hints))

ut-comma := ,
ut-empty :=
ut-space := $(ut-empty) $(ut-empty)
# Expanded for each file: the modules that it is part of, their domains.
ut-of = $(filter $(undertow-modules),$(subst :, ,$(modname)))
ut-known = $(subst $(ut-space),$(ut-comma),$(strip $(sort \
	$(foreach m,$(ut-of),$(call ut-domains,$(m))))))
# With -save-temps the compiler is several processes: one has no macros, so the
# module's name is an option; one has no source, and needs the passes alone.
ut-flags = $(if $(ut-known),-fplugin=$(ut-plugin) -fpass-plugin=$(ut-plugin) \
	-I$(ut-dir)/include $(ut-old-hints) \
	-fplugin-arg-undertow-module=$(call ut-name,$(firstword $(ut-of))) \
	-fplugin-arg-undertow-domains=$(ut-known)) \
	$(foreach m,$(ut-of),$(foreach f,$(call ut-allow,$(m)),$(call ut-allow-flags,$(f)))) \
	$(addprefix -fplugin-arg-undertow-domain=,$(ut-whole-domain))
# The stamp: ccache looks at the command and at the source, not at this file.
ut-allow-flags = -fplugin-arg-undertow-allow=$(1) \
	-fplugin-arg-undertow-stamp=$(firstword $(shell cksum <$(1)))
# The domain of the whole module that the file is part of.  A line for the file
# alone comes later in the command and wins.
ut-whole-domain = $(sort $(foreach m,$(ut-of),$(if $(filter \
	$(undertow-trusted-$(m)),$(target-stem).o),,$(undertow-whole-$(m)))))

ut-ccflags := $(ccflags-y)
ccflags-y = $(ut-ccflags) $(ut-flags)

#
# objtool: without what it says about mitigations in text of domains
#

override objtool := $(ut-dir)/objtool $(objtree)/tools/objtool/objtool

#
# Linker: the script of each module, what depends on the plugin, and a look at
# the result: better here than when the module is loaded
#

quiet_cmd_ut_lds = LDS [M]  $@
      cmd_ut_lds = $(CPP) -P -x assembler-with-cpp -nostdinc -undef \
	-D'UT_DOMAINS(X)=$(foreach d,$(ut-script-domains),X($(d)))' -o $@ $<

quiet_cmd_ut_verify = VERIFY [M] $<
      cmd_ut_verify = $(ut-tool) verify $< >&2; touch $@

define ut-module-rules
LDFLAGS_$(1).o += -T $$(obj)/.undertow-$(1).lds
$$(obj)/$(1).o: $$(obj)/.undertow-$(1).lds
$$(obj)/.undertow-$(1).lds: ut-script-domains := $(call ut-domains,$(1))
$$(obj)/.undertow-$(1).lds: $$(ut-script) FORCE
	$$(call if_changed,ut_lds)
$$(addprefix $$(obj)/,$(call ut-objects,$(1))): $$(ut-plugin) $(call ut-allow,$(1))
$$(obj)/.undertow-$(1).verified: $$(obj)/$(1).o $$(ut-tool) FORCE
	$$(call if_changed,ut_verify)
always-y += .undertow-$(1).verified
targets += .undertow-$(1).lds .undertow-$(1).verified
clean-files += .undertow-$(1).lds .undertow-$(1).verified
endef
$(foreach m,$(undertow-modules),$(eval $(call ut-module-rules,$(m))))
