#pragma once
/// What a login must be able to read so that a preset can read a queue.

#include <string>
#include <vector>

namespace jobflip::ports {

/// Names as SQL has them: quoted and with their schema.
struct PresetTables {
  std::string schema;
  std::vector<std::string> tables;  // every version of the system has these
  std::vector<std::string> maybe;   // only some versions have these
};

}  // namespace jobflip::ports
