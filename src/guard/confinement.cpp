#include "guard/confinement.hpp"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <string>

#include "jobflip/base/escape.hpp"

namespace jobflip::guard {
namespace {

/// The calls that a drop-in may allow the guard (setup/guard_rights.cpp has the same list), with
/// their numbers on this architecture and, for a 32-bit program, on i386.
struct Call {
  std::string_view name;
  std::uint32_t number;
  std::uint32_t i386;
};
#ifdef SYS_chown
constexpr std::uint32_t kChown = SYS_chown;
#else
constexpr std::uint32_t kChown = SYS_fchownat;
#endif
constexpr std::array kCalls{
    Call{"setresuid", SYS_setresuid, 164}, Call{"setresgid", SYS_setresgid, 170},
    Call{"setgroups", SYS_setgroups, 81},  Call{"chown", kChown, 182},
    Call{"mlockall", SYS_mlockall, 152},
};

#if defined(__x86_64__)
constexpr std::uint32_t kArch = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArch = AUDIT_ARCH_AARCH64;
#else
#error "name the audit architecture of this machine"
#endif
constexpr std::uint32_t kX32Bit = 0x40000000;

sock_filter load(std::size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

sock_filter answer(std::uint32_t what) {
  return BPF_STMT(BPF_RET | BPF_K, what);
}

/// Skips `count` instructions unless the word is `value`.
sock_filter unless(std::uint32_t value, std::size_t count) {
  return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, static_cast<std::uint8_t>(count));
}

/// For programs of one architecture: refuses these numbers, lets all others pass.
void add_numbers(std::vector<sock_filter>& out, std::uint32_t arch,
                 const std::vector<std::uint32_t>& numbers) {
  out.push_back(load(offsetof(seccomp_data, arch)));
  out.push_back(unless(arch, 3 + 2 * numbers.size()));
  out.push_back(load(offsetof(seccomp_data, nr)));
  out.push_back(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~kX32Bit));
  for (const auto number : numbers) {
    out.push_back(unless(number, 1));
    out.push_back(answer(SECCOMP_RET_ERRNO | EPERM));
  }
  out.push_back(answer(SECCOMP_RET_ALLOW));
}

}  // namespace

Result<std::uint64_t> parse_bounding_set(std::string_view text) {
  std::uint64_t mask = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, mask, 16);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end)
    return Error{ErrorCode::usage,
                 "--bounding-set \"" + printable(text, 40) + "\" is not a mask in hexadecimal", ""};
  return mask;
}

Result<std::vector<sock_filter>> parse_denied_calls(std::string_view text) {
  std::vector<std::uint32_t> numbers;
  std::vector<std::uint32_t> i386;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    const auto name = text.substr(at, end - at);
    const auto* call = std::ranges::find(kCalls, name, &Call::name);
    if (call == kCalls.end())
      return Error{ErrorCode::usage,
                   "--deny-calls: \"" + printable(name, 40) + "\" is not a call that it knows", ""};
    numbers.push_back(call->number);
    i386.push_back(call->i386);
    at = end + 1;
  }
  std::vector<sock_filter> out;
  add_numbers(out, kArch, numbers);
#if defined(__x86_64__)
  add_numbers(out, AUDIT_ARCH_I386, i386);
#endif
  out.push_back(answer(SECCOMP_RET_ERRNO | EPERM));  // of no architecture that was looked at
  return out;
}

bool Confinement::narrow_capabilities() const noexcept {
  if (!bounding_set) return true;
  for (unsigned one = 0; one < 64; ++one) {
    if ((*bounding_set >> one & 1U) != 0) continue;
    const int there = ::prctl(PR_CAPBSET_READ, one, 0, 0, 0);
    if (there < 0) return errno == EINVAL;  // past the last capability of this kernel
    if (there == 1 && ::prctl(PR_CAPBSET_DROP, one, 0, 0, 0) != 0) return false;
  }
  return true;
}

bool Confinement::seal() const noexcept {
  if (no_new_privileges && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  if (filter.empty()) return true;
  sock_fprog program{};
  program.len = static_cast<unsigned short>(filter.size());
  program.filter = const_cast<sock_filter*>(filter.data());  // the kernel only reads it
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

}  // namespace jobflip::guard
