#pragma once
/// A program with its arguments, as an array of texts.

#include "config/reader.hpp"

namespace jobflip::config {

/// argv; argv[0] is an absolute path. Empty if the key is missing or faulty.
std::vector<std::string> read_command(Reader& reader, const char* key, Need need);

}  // namespace jobflip::config
