#pragma once
/// The values of a simulation's options. What is wrong with one is said with the usage; the program
/// ends with 2.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace jobflip::test {

struct Usage {
  const char* program;
  const char* text;

  [[noreturn]] void refuse(const std::string& why) const {
    std::fprintf(stderr, "%s: %s\n%s", program, why.c_str(), text);
    std::exit(2);
  }
  std::uint64_t number_of(const std::string& option, const std::string& word) const {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc{} || end != word.data() + word.size() || number == 0)
      refuse(option + " is \"" + word + "\", and must be a whole number from 1");
    return number;
  }
  unsigned threads_of(const std::string& option, const std::string& word) const {
    return static_cast<unsigned>(std::min<std::uint64_t>(number_of(option, word), 256));
  }
};

}  // namespace jobflip::test
