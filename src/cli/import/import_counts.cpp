#include "cli/import/import_counts.hpp"

namespace rookery::cli {

ImportCounts count_rows(const ImportScan& scan) {
    ImportCounts out;
    out.blank = scan.empty_lines;
    for (const auto& row : scan.rows) {
        const auto& plan = row.plan;
        out.trimmed += row.trimmed ? 1U : 0U;
        out.rounded += row.rounded ? 1U : 0U;
        switch (plan.outcome) {
            case Outcome::create:
                ++out.created;
                break;
            case Outcome::update:
                ++out.updated;
                out.renamed += plan.renames() ? 1U : 0U;
                out.reassigned += plan.assigns() ? 1U : 0U;
                out.other_application += plan.moves_application() ? 1U : 0U;
                out.new_tokens += plan.record.tokens ? 1U : 0U;
                break;
            case Outcome::unchanged:
            case Outcome::skipped:
                ++out.unchanged;
                break;
            case Outcome::repeated:
                ++out.repeated;
                break;
            case Outcome::blank:
                ++out.blank;
                break;
            case Outcome::conflict:
                ++out.conflicts;
                break;
            case Outcome::bad:
                ++out.bad;
                break;
            case Outcome::not_reached:
                ++out.not_reached;
                break;
        }
    }
    return out;
}

}  // namespace rookery::cli
