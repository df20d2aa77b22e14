#include "store/deployments.hpp"

#include "store/freed.hpp"
#include "store/rows.hpp"

namespace jobflip::store {
namespace {

using What = core::DeploymentMark::What;

constexpr const char* kFindDeployments =
    "select * from jobflip.find_deployments($1, $2, $3, $4, $5)";

core::Deployment read_deployment(pg::Cells& in) {
  core::Deployment d;
  d.id = in.number();
  d.pool = in.name<PoolName>();
  d.version = in.text();
  d.state = in.word(core::parse_deployment_state);
  d.started_at = in.time();
  d.started_by = in.text();
  d.ended_at = in.maybe_time();
  d.ended_by = in.text();
  if (const auto flip = in.maybe_number()) d.flip = FlipId{*flip};
  if (const auto flip = in.maybe_number()) d.flip_back = FlipId{*flip};
  d.reason = in.text();
  return d;
}

Result<pg::Rows> call(pg::Connection& connection, const core::DeploymentMark& mark,
                      const core::OperatorContext& by) {
  constexpr auto kColumns = "select accepted, changed, rule, sentence, coalesce(deployment, 0)";
  const auto statement = [&](const std::string& rest) { return kColumns + rest; };
  pg::Parameters parameters{mark.pool.str(), mark.version, by.claimed_name, by.reason};
  if (mark.what != What::rollback) {
    const auto sql =
        statement(mark.what == What::start ? " from jobflip.deploy_start($1, $2, $3, $4)"
                                           : " from jobflip.deploy_done($1, $2, $3, $4)");
    return connection.query("deploy", sql.c_str(), parameters);
  }
  parameters.push_back(mark.flip_back ? "t" : "f");
  parameters.push_back(mark.stalled ? "t" : "f");
  parameters.push_back(mark.request.text);
  parameters.push_back(mark.evidence);
  const auto sql = statement(
      ", flip, flip_rule, flip_sentence from "
      "jobflip.deploy_rollback($1, $2, $3, $4, $5, $6, $7, $8)");
  return connection.query("deploy", sql.c_str(), parameters);
}

}  // namespace

Result<core::DeploymentAnswer> mark_deployment(pg::Connection& connection,
                                               const core::DeploymentMark& mark,
                                               const core::OperatorContext& by) {
  const auto rows = freed(connection, [&] { return call(connection, mark, by); });
  if (!rows) return rows.error();
  auto in = rows->row(0);
  core::DeploymentAnswer answer;
  answer.accepted = in.flag();
  answer.changed = in.flag();
  answer.rule = in.text();
  answer.sentence = in.text();
  answer.deployment = in.number();
  if (mark.what == What::rollback) {
    if (const auto flip = in.maybe_number()) answer.flip_back = FlipId{*flip};
    answer.flip_rule = in.text();
    answer.flip_sentence = in.text();
  }
  if (in.failed()) return unreadable("deploy");
  return answer;
}

Result<std::vector<core::Deployment>> read_deployments(pg::Connection& connection,
                                                       const core::DeploymentQuery& query) {
  return read_all<core::Deployment>(
      "deployments",
      connection.query("deployments", kFindDeployments,
                       {query.pool.str(), std::nullopt, argument_of(query.since),
                        argument_of(query.until), std::to_string(query.limit)}),
      read_deployment);
}

Result<std::vector<core::Deployment>> read_deployments_of(pg::Connection& connection,
                                                          IncidentId incident) {
  return read_all<core::Deployment>(
      "deployments",
      connection.query(
          "deployments", kFindDeployments,
          {"", std::to_string(incident.value), std::nullopt, std::nullopt, std::string{"100"}}),
      read_deployment);
}

}  // namespace jobflip::store
