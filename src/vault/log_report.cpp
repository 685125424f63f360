#include "vault/log_report.hpp"

#include "audit/finding.hpp"

#include <string>

namespace rookery::messages {

void add_log(StoreReport& report, const VerifyReport& log) {
    report.log_entries = log.size;
    if (!log.problem.empty()) report.find(audit::FindingKind::damaged, "log", log.problem);
    for (const auto& finding : log.findings) {
        report.find(
            audit::kind_meaning(finding.meaning),
            "log entry " + std::to_string(finding.index),
            finding.what
        );
    }
    report.finding_count += log.finding_count - log.findings.size();
    report.not_checked.insert(
        report.not_checked.end(), log.not_checked.begin(), log.not_checked.end()
    );
}

}  // namespace rookery::messages
