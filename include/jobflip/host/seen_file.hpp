#pragma once
/// The file in the runtime folder from which an agent knows what the one before it saw of the
/// store. It goes with the boot, as everything there does.

#include <string>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/core/seen_of_store.hpp"

namespace jobflip::host {

class SeenFile {
 public:
  SeenFile(const std::string& runtime_dir, const NodeName& node);

  /// Nothing was seen where there is no file. An error where it can't be read or is damaged.
  Result<core::SeenOfStore> read() const;
  /// Replaced as a whole: who reads it finds the old one or the new one.
  Result<void> write(const core::SeenOfStore& seen) const;

 private:
  std::string path_;
};

}  // namespace jobflip::host
