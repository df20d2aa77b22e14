#include "pg/row_collector.hpp"

namespace jobflip::pg {
namespace {

/// About what libpq needs for the row beside others.
std::size_t size_of(const PGresult* row) {
  std::size_t bytes = 32;
  for (int column = 0; column < PQnfields(row); ++column)
    bytes += 16 + static_cast<std::size_t>(PQgetlength(row, 0, column));
  return bytes;
}

}  // namespace

PGresult* RowCollector::take(PGresult* result) {
  std::unique_ptr<PGresult, Clear> owned{result};
  const auto status = PQresultStatus(result);
  if (status == PGRES_SINGLE_TUPLE) {
    bytes_ += size_of(result);
    is_too_large_ = is_too_large_ || bytes_ > most_bytes_;
    if (!is_too_large_) append(result);
    return nullptr;
  }
  // what ends the rows has none of its own
  if (status == PGRES_TUPLES_OK && rows_) return rows_.release();
  rows_.reset();
  return owned.release();
}

void RowCollector::append(const PGresult* row) {
  if (!rows_) {
    rows_.reset(PQcopyResult(row, PG_COPYRES_ATTRS | PG_COPYRES_TUPLES));
    is_too_large_ = !rows_;
    return;
  }
  const int at = PQntuples(rows_.get());
  for (int column = 0; column < PQnfields(row) && !is_too_large_; ++column) {
    const bool is_null = PQgetisnull(row, 0, column) != 0;
    auto* value = is_null ? nullptr : PQgetvalue(row, 0, column);
    const int length = is_null ? -1 : PQgetlength(row, 0, column);
    is_too_large_ = PQsetvalue(rows_.get(), at, column, value, length) == 0;
  }
}

}  // namespace jobflip::pg
