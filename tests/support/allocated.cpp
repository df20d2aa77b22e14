#include "support/allocated.hpp"

#if defined(__has_feature)  // clang's way to say it
#define JOBFLIP_SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define JOBFLIP_SANITIZED 1
#else
#define JOBFLIP_SANITIZED 0
#endif

#if JOBFLIP_SANITIZED
#include <sanitizer/allocator_interface.h>
#else
#include <malloc.h>
#endif

namespace jobflip::test {

std::int64_t allocated() {
#if JOBFLIP_SANITIZED
  return static_cast<std::int64_t>(__sanitizer_get_current_allocated_bytes());
#else
  const auto info = ::mallinfo2();
  return static_cast<std::int64_t>(info.uordblks + info.hblkhd);
#endif
}

}  // namespace jobflip::test
