#include "jobflip/demo/demo.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>

#include <cstdio>

#include "demo/command.hpp"
#include "demo/story.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::demo {
namespace {

constexpr int kHeld = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr Millis kGrace{6000};

int complain(const Error& error) {
  std::fflush(stdout);
  fmt::print(stderr, "ERROR: {}\n", error.text);
  if (!error.hint.empty()) fmt::print(stderr, "HINT: {}\n", error.hint);
  return error.code == ErrorCode::usage ? kUsage : kFailed;
}

// a failed demo's folder is gone when somebody wants to look: so it shows the last lines
void show_logs(const Folders& folders, Fleet& fleet, Stage& stage) {
  if (!folders.keep.empty()) return;
  fmt::print(
      "\nit failed. Its logs are removed at the end (--keep DIR leaves them); the last lines:\n");
  for (const char* name : {"job1", "job2", "job3", "sup1", "sup2"}) {
    const auto text = read_text(fleet.log_of(name));
    if (!text) continue;
    stage.heading(fmt::format("tail {}.log", name));
    const auto from = text->size() > 1200 ? text->find('\n', text->size() - 1200) : 0;
    stage.quote(text->substr(from == std::string::npos ? 0 : from));
  }
}

Result<void> keep_going(const Folders& folders, const Cluster& cluster, Fleet& fleet, Story& story,
                        const std::string& program) {
  auto audit = fleet.verb({"audit", "export"});
  if (!audit) return audit.error();
  if (auto written = write_text(folders.keep + "/audit.json", *audit); !written) return written;
  fmt::print("\nkept: {0}/mail/, {0}/logs/ and {0}/audit.json\n", folders.keep);
  fmt::print("everything runs until Ctrl-C; try in another terminal:\n");
  // of the build that runs here: there may be none in the caller's PATH, or another one
  fmt::print("  export JOBFLIP_STORE='{}'\n  {} status\n", cluster.conninfo("ops"), program);
  std::fflush(stdout);
  return story.keep_running();
}

int conclude(Story& story) {
  const auto tally = story.count();
  if (!tally) return complain(tally.error());
  auto faults = story.faults();
  if (tally->delivered == 0) faults.push_back("no mail was delivered");
  if (tally->out_of_order > 0) faults.push_back("two nodes delivered at once");
  fmt::print("\n");
  for (const std::string& remark : tally->remarks) fmt::print("note: {}\n", remark);
  for (const std::string& fault : faults) fmt::print("FAILED: {}\n", printable(fault));
  fmt::print("{}\n", story.summary(*tally));
  std::fflush(stdout);
  return faults.empty() && tally->lost == 0 && tally->twice == 0 ? kHeld : kFailed;
}

int play(const DemoOptions& options, const Programs& programs, const Folders& folders,
         const std::optional<Account>& account, Stage& stage) {
  auto cluster = Cluster::start(programs, folders, account);
  if (!cluster) return complain(cluster.error());
  stage.tell("a private PostgreSQL runs in " + folders.root + ", on a unix socket only");
  auto sink = SmtpSink::start(programs, folders, account);
  if (!sink) return complain(sink.error());
  stage.tell("a real SMTP server (Postfix's smtp-sink) listens on " + sink->url());
  Fleet fleet(programs, folders, *cluster, sink->url(), options.mails);
  Story story(stage, folders, *cluster, *sink, fleet, options.mails);
  int status = kFailed;
  auto played = story.play();
  if (played) played = story.print_record();
  if (played) {
    if (!story.faults().empty()) show_logs(folders, fleet, stage);
    status = conclude(story);
    if (!folders.keep.empty())
      if (auto kept = keep_going(folders, *cluster, fleet, story, programs.jobflip); !kept)
        status = complain(kept.error());
  } else {
    if (!stage.interrupted()) show_logs(folders, fleet, stage);
    complain(played.error());
  }
  fleet.stop(kGrace);
  sink->stop(kGrace);
  cluster->stop(kGrace);
  return status;
}

}  // namespace

int run_demo(const DemoOptions& options) {
  if (options.mails < 50 || options.mails > 10'000)
    return complain(
        {ErrorCode::usage, fmt::format("--mails {}: must be from 50 to 10000", options.mails), ""});
  Stage stage;
  // orphans become ours, so that the end of each can be seen
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const auto programs = find_programs(options.program);
  if (!programs) return complain(programs.error());
  const auto account = unprivileged_account();
  if (!account) return complain(account.error());
  const auto folders = Folders::make(options.keep, *account);
  if (!folders) return complain(folders.error());
  return play(options, *programs, *folders, *account, stage);
}

}  // namespace jobflip::demo
