#include "cli/deploy_words.hpp"

#include <fmt/format.h>

#include "cli/ask_again.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/ports/operator_store.hpp"
#include "jobflip/view/deployment_view.hpp"

namespace jobflip::cli {
Result<core::DeploymentMark> typed_mark(const Session& session, core::DeploymentMark::What what) {
  const auto& o = session.options();
  if (o.pool.empty())
    return Error{ErrorCode::usage, "--pool is missing", "`jobflip status` lists the pools"};
  const auto pool = PoolName::parse(o.pool, "--pool: pool name");
  if (!pool) return pool.error();
  core::DeploymentMark mark;
  mark.pool = *pool;
  mark.what = what;
  mark.version = o.deployed;
  if (what == core::DeploymentMark::What::start || !o.deployed.empty())
    if (const auto why = core::why_not_a_version(o.deployed); !why.empty())
      return Error{ErrorCode::usage, "--version " + why,
                   "give what is deployed, such as --version 4.2.1"};
  return mark;
}

Result<core::DeploymentAnswer> mark_pool(Session& session, ports::OperatorStore& store,
                                         const core::DeploymentMark& mark,
                                         const core::OperatorContext& by) {
  return ask_again(session, [&] { return store.mark_deployment(mark, by); });
}

nlohmann::ordered_json deployment_keys(const core::DeploymentMark& mark,
                                       const core::DeploymentAnswer& answer) {
  using Json = nlohmann::ordered_json;
  Json out{{"pool", mark.pool.str()},
           {"deployment", answer.deployment != 0 ? Json(answer.deployment) : Json{}}};
  if (mark.what != core::DeploymentMark::What::rollback) return out;
  out["flip"] = answer.flip_back ? Json(answer.flip_back->value) : Json{};
  out["flip_rule"] = answer.flip_rule;
  out["flip_sentence"] = answer.flip_sentence;
  return out;
}

Result<core::RunningDeployment> running_deployment(const Session& session,
                                                   const core::PoolView& pool) {
  const auto name = pool.settings.name.str();
  if (!pool.deployment)
    return Error{ErrorCode::refused, fmt::format("no deployment of pool {} is running", name),
                 fmt::format("it begins with `jobflip deploy start --pool {} --version VERSION`; "
                             "`jobflip flip {}` flips without one",
                             name, name)};
  const auto& version = session.options().deployed;
  if (!version.empty() && version != pool.deployment->version)
    return Error{ErrorCode::refused,
                 fmt::format("{} is running, not one of version {}",
                             view::deployment_name(pool.deployment->id, pool.deployment->version),
                             printable(version, 60)),
                 "leave --version out, or name that one"};
  return *pool.deployment;
}

}  // namespace jobflip::cli
