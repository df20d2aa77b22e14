#pragma once
/// The campaign's own connection to the store, which goes away as often as the store does.

#include <memory>
#include <optional>
#include <string>
#include <vector>

struct pg_conn;

namespace jobflip::faults {

using Rows = std::vector<std::vector<std::string>>;

class Sql {
 public:
  /// `conninfo` gets bounds for connecting and for each statement.
  explicit Sql(const std::string& conninfo);

  /// Empty where the store did not answer well; the next call connects anew.
  std::optional<Rows> ask(const std::string& statement);
  const std::string& why() const { return why_; }

 private:
  std::string conninfo_;
  std::string why_;
  std::shared_ptr<pg_conn> connection_;
};

}  // namespace jobflip::faults
