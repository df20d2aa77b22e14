#pragma once
/// The campaign's own connection to the store. It breaks whenever the store goes away.

#include <memory>
#include <optional>
#include <string>
#include <vector>

struct pg_conn;

namespace jobflip::faults {

using Rows = std::vector<std::vector<std::string>>;

class Sql {
 public:
  /// `conninfo` gets time limits for connecting and for each statement.
  explicit Sql(const std::string& conninfo);

  /// Empty if the store reported an error or nothing. The next call reconnects.
  std::optional<Rows> ask(const std::string& statement);
  const std::string& why() const { return why_; }

 private:
  std::string conninfo_;
  std::string why_;
  std::shared_ptr<pg_conn> connection_;
};

}  // namespace jobflip::faults
