#pragma once
/// Network namespaces: one for each node, joined by a bridge in one more, the hub. The machine's
/// own network is not changed. Needs root, iproute2 and nftables.

#include <optional>
#include <string>
#include <vector>

namespace jobflip::faults {

/// The thread is in that namespace as long as the object lives, and so are the sockets that it
/// opens and the processes that it starts.
class InNetspace {
 public:
  explicit InNetspace(const std::string& name);  // "": stays where it is
  ~InNetspace();
  InNetspace(const InNetspace&) = delete;
  InNetspace& operator=(const InNetspace&) = delete;

 private:
  int before_{-1};
};

enum class Cut { both, incoming, outgoing };  // as the node sees it
const char* describe(Cut cut);

class Network {
 public:
  /// Why namespaces are not available here; empty if they are.
  static std::string unavailable();

  /// Throws std::runtime_error. Removes the leftovers of a run that was killed.
  explicit Network(const std::vector<std::string>& nodes);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  std::string space_of(const std::string& node) const { return prefix_ + node; }
  std::string hub() const { return prefix_ + "hub"; }
  std::string hub_address() const { return "10.97.0.1"; }

  /// Packets vanish, and the sender gets no error.
  void cut(const std::string& node, Cut how) const;
  void heal(const std::string& node) const;

 private:
  void make(const std::string& space);

  std::string prefix_;
  std::vector<std::string> made_;
};

}  // namespace jobflip::faults
