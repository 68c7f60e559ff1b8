// SPDX-License-Identifier: GPL-2.0-or-later
// What the processor says of itself, linked in getauxval()'s place (--wrap): with WITHOUT_PMULL in
// the environment it has no PMULL, as that of a Raspberry Pi 4. Each processor that qemu knows has.
#include <sys/auxv.h>

#include <cstdlib>

extern "C" unsigned long __real_getauxval(unsigned long type);
extern "C" unsigned long __wrap_getauxval(unsigned long type);

unsigned long __wrap_getauxval(unsigned long type) {
  unsigned long value = __real_getauxval(type);
  if (type == AT_HWCAP && std::getenv("WITHOUT_PMULL")) value &= ~(1ul * HWCAP_PMULL);
  return value;
}
