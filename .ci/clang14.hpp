#pragma once
// For clang (clang-tidy, fuzz targets, tests under its sanitizers): with GCC 12's library, clang
// 14 has no std::source_location. Later versions have it, and then this file adds nothing.
#include <source_location>
#ifndef __cpp_lib_source_location
namespace std {
class source_location {
 public:
  static constexpr source_location current(const char* file = __builtin_FILE(),
                                           const char* function = __builtin_FUNCTION(),
                                           unsigned line = __builtin_LINE()) {
    source_location here;
    here.file_ = file;
    here.function_ = function;
    here.line_ = line;
    return here;
  }
  constexpr unsigned line() const { return line_; }
  constexpr const char* file_name() const { return file_; }
  constexpr const char* function_name() const { return function_; }

 private:
  const char* file_ = "";
  const char* function_ = "";
  unsigned line_ = 0;
};
}  // namespace std
#endif
