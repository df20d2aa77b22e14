#pragma once
/// The file in the runtime folder from which an agent learns what the process before it saw of the
/// store. It does not outlive the boot, like everything in that folder.

#include <string>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/core/seen_of_store.hpp"

namespace jobflip::host {

class SeenFile {
 public:
  SeenFile(const std::string& runtime_dir, const NodeName& node);

  /// Without a file nothing was seen. An error if the file can't be read or is damaged.
  Result<core::SeenOfStore> read() const;
  /// Replaces the file as a whole: a reader finds either the old text or the new one.
  Result<void> write(const core::SeenOfStore& seen) const;

 private:
  std::string path_;
};

}  // namespace jobflip::host
