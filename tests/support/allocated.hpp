// How much memory this process has asked for and not given back. Unlike the resident size it says
// nothing of what an allocator or a sanitizer keeps of freed memory (ASan: 256 MB).
#pragma once

#include <cstdint>

namespace jobflip::test {

/// In bytes. May be called by any thread.
std::int64_t allocated();

}  // namespace jobflip::test
