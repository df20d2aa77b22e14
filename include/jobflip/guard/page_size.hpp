#pragma once
/// The size of the file that holds a lease page.

#include <cstddef>

namespace jobflip::host {

inline constexpr std::size_t kPageBytes = 4096;

}  // namespace jobflip::host
