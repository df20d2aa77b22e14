#include "cli/deploy_commands.hpp"

#include <array>

#include "cli/command_options.hpp"
#include "cli/verbs.hpp"

namespace jobflip::cli {
namespace {

void with_deployment(CLI::App& app, Options& o, const char* version) {
  app.add_option("--pool", o.pool, "the pool to deploy to")->type_name("POOL");
  app.add_option("--version", o.deployed, version)->type_name("VERSION");
  with_reason(app, o);
}

constexpr const char* kOfTheRunning = "refuse unless this version is the one that runs";

void start_options(CLI::App& app, Options& o) {
  with_deployment(app, o, "what is deployed, at most 200 bytes");
}

void done_options(CLI::App& app, Options& o) {
  with_deployment(app, o, kOfTheRunning);
}

void with_following(CLI::App& app, Options& o) {
  app.add_flag("--yes", o.yes, "do not ask");
  app.add_flag("--no-wait", o.no_wait, "only ask for the flip; do not follow it");
  app.add_option("--timeout", o.timeout, "how long to follow it (the sum of the pool's timeouts)")
      ->type_name("DURATION");
}

void planned_flip_options(CLI::App& app, Options& o) {
  with_deployment(app, o, kOfTheRunning);
  app.add_option("--to", o.to, "the node with the new version (the best candidate)")
      ->type_name("NODE");
  app.add_flag("--dry-run", o.dry_run, "say what would happen, change nothing");
  with_following(app, o);
}

void rollback_options(CLI::App& app, Options& o) {
  with_deployment(app, o, "its version; wanted if it has ended");
  app.add_flag("--no-flip", o.no_flip, "only mark it; do not flip back");
  with_following(app, o);
}

void deploy_list_options(CLI::App& app, Options& o) {
  app.add_option("--pool", o.pool, "only those of this pool")->type_name("POOL");
  with_times(app, o, "started ");
  with_limit(app, o, "how many, the newest first (20)");
}

constexpr std::array kDeployCommands{
    Command{"deploy start", "--pool POOL --version VERSION [--reason TEXT]",
            "mark that a deployment begins: automatic flips wait",
            "They wait until it is done or rolled back, but at most for the pool's deploy_grace.\n"
            "Takeovers of a dead host go on. It may be repeated: CI can retry it.\n\n"
            "  jobflip deploy start --pool mail --version 4.2.1\n",
            start_options, perform_deploy_start},
    Command{"deploy flip", "--pool POOL [--to NODE] [--dry-run] [--yes] [--no-wait] ...",
            "flip to the node with the new version, as part of the running deployment",
            "A flip by hand with all its rules, which `deploy rollback` can flip back.\n\n"
            "  jobflip deploy flip --pool mail --to job2 --yes\n",
            planned_flip_options, perform_deploy_flip},
    Command{"deploy done", "--pool POOL [--version VERSION] [--reason TEXT]",
            "mark that the running deployment is done",
            "  jobflip deploy done --pool mail --version 4.2.1\n", done_options,
            perform_deploy_done},
    Command{
        "deploy rollback", "--pool POOL --reason TEXT [--version VERSION] [--no-flip] ...",
        "mark that a deployment is rolled back, and flip back",
        "Flips back if `deploy flip` moved the pool, its new node still holds it and no rule\n"
        "forbids the flip. If one does, the mark stands, and the exit code is 5: type it again\n"
        "once the old node is ready. One that has ended needs --version.\n\n"
        "  jobflip deploy rollback --pool mail --reason 'no mail leaves' --yes\n"
        "  jobflip deploy rollback --pool mail --version 4.2.1 --reason 'slow' --no-flip\n",
        rollback_options, perform_deploy_rollback},
    Command{"deploy list", "[--pool POOL] [--since TIME] [--until TIME] [--limit N]",
            "deployments, the newest first", "  jobflip deploy list --pool mail --since 30d\n",
            deploy_list_options, perform_deploy_list},
};

}  // namespace

std::span<const Command> deploy_commands() {
  return kDeployCommands;
}

}  // namespace jobflip::cli
