// What ends for good is in the files of the store until they are written anew, which a job sees to (jobs/forgetting.hpp).
#pragma once

#include "pipeline/plan_builder.hpp"
#include "pipeline/step.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::messages {

inline constexpr std::string_view forgetting_job = "forget-purged";

/// The cursor of that job: it can be stopped no more (rules/purge_words.hpp). A mark of 0: none is taken yet.
///
///   cursor = "forgetting " mark " " table { "+" table }
struct ForgettingCursor {
    std::uint64_t mark = 0;
    std::vector<const schema::Table*> tables;  // of which rows have ended, ascending

    friend bool operator==(const ForgettingCursor&, const ForgettingCursor&) = default;
};

[[nodiscard]] std::string to_text(const ForgettingCursor& cursor);
/// Errc::integrity for what to_text does not write.
[[nodiscard]] Result<ForgettingCursor> parse_forgetting_cursor(std::string_view text);

/// The step that starts the job for what rows of these tables leave, in the commit that ends them, and with what that needs. Nothing
/// where no jobs run, and when one waits that will forget the same. Errc: those of job_start, as a deferred error.
[[nodiscard]] Result<std::optional<Step<Change>>> start_forgetting(
    PlanBuilder& builder, std::vector<const schema::Table*> tables, const access::Needs& needs
);

}  // namespace rookery::messages
