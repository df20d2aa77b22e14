#pragma once
/// Puts rows that come one by one together again, as long as they are not too many.

#include <libpq-fe.h>

#include <cstddef>
#include <memory>

namespace jobflip::pg {

class RowCollector {
 public:
  static constexpr std::size_t kLong = 256 * 1024;

  explicit RowCollector(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// Takes the result over. Answers a result that is complete, or null after a single row.
  PGresult* take(PGresult* result);
  /// No result that it answered from then on is whole.
  bool is_too_large() const noexcept { return is_too_large_; }
  bool are_long() const noexcept { return bytes_ > kLong; }

 private:
  struct Clear {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
  };
  void append(const PGresult* row);

  std::size_t most_bytes_;
  std::size_t bytes_{0};
  bool is_too_large_{false};
  std::unique_ptr<PGresult, Clear> rows_;
};

}  // namespace jobflip::pg
