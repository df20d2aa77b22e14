#pragma once
/// Files that must not be there yet: secrets, and files that a person may have edited.
///
/// Invariants: nothing is overwritten, and nothing is written through a link. A file that was
/// written is on the disk, with its folder, when the call returns. Until keep() is called, the end
/// of the object removes what it made.

#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hpp"
#include "jobflip/base/descriptor.hpp"
#include "jobflip/base/result.hpp"

namespace jobflip::cli {

/// A folder with one more level of folders, all of them for their owner only.
class SecretFolder {
 public:
  /// Made by the first file. One that is there must belong to this user, and nobody else may write
  /// into it.
  explicit SecretFolder(std::string path) : path_(std::move(path)) {}
  ~SecretFolder();
  SecretFolder(const SecretFolder&) = delete;
  SecretFolder& operator=(const SecretFolder&) = delete;

  /// `path`: "job1/agent.pgpass", below this folder.
  Result<void> write(const std::string& path, std::string_view text);
  void keep() { made_.clear(); }

 private:
  struct Made {
    std::string path;  // below the folder; "": the folder itself
    bool is_folder{false};
  };
  Result<void> open();

  std::string path_;
  Descriptor folder_;
  std::vector<Made> made_;
};

/// --out, without a slash at its end: behind one a link would be followed.
std::string folder_of(const Options& options);

/// Mode 0640, regardless of the umask.
Result<void> write_new_file(const std::string& path, std::string_view text);

/// 192 bits from the kernel, as 32 letters of URLs. They need no quotes in a password file.
std::string new_password();

}  // namespace jobflip::cli
