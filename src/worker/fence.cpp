#include "jobflip/worker/fence.hpp"

#include <libpq-fe.h>

#include <cstring>
#include <memory>

namespace jobflip::worker {
namespace {

Fence answer(Fence outcome, std::string* why, const std::string& text) {
  if (why != nullptr) *why = text;
  return outcome;
}

std::string one_line(const char* message) {
  std::string text = message == nullptr ? "" : message;
  if (const auto end = text.find('\n'); end != std::string::npos) text.resize(end);
  return text;
}

}  // namespace

std::string fence_sql(const Lease& lease) {
  return "select jobflip.fence('" + lease.pool + "', " + std::to_string(lease.epoch) + ")";
}

Fence fence(PGconn* connection, const Lease& lease, std::string* why) {
  if (PQstatus(connection) == CONNECTION_OK && PQtransactionStatus(connection) != PQTRANS_INTRANS)
    return answer(Fence::failed, why, "the fence needs an open transaction: send \"begin\" first");
  const std::string epoch = std::to_string(lease.epoch);
  const char* const values[] = {lease.pool.c_str(), epoch.c_str()};
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(
      PQexecParams(connection, kFenceSql, 2, nullptr, values, nullptr, nullptr, 0), &PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return answer(Fence::held, why, "");
  const char* const state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  const char* const primary = PQresultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
  const bool lost = state != nullptr && std::strcmp(state, kLeaseLost) == 0;
  return answer(lost ? Fence::lost : Fence::failed, why,
                one_line(primary != nullptr ? primary : PQerrorMessage(connection)));
}

}  // namespace jobflip::worker
