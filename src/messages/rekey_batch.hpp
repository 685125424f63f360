// What RekeyData and RetagRows share: some rows at a time that get another tag, each told by the batch's one entry.
#pragma once

#include "access/decide.hpp"
#include "audit/rekeyed_rows.hpp"
#include "pipeline/plan_builder.hpp"
#include "storage/row_codec.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::messages {

/// With one message: as many as its entry has room for.
inline constexpr std::size_t rekey_rows_max = audit::rekeyed_rows_max;

/// How a re-key ended.
struct RekeyEnd {
    std::uint64_t rekeyed = 0;    // by all messages of the job
    std::uint64_t remaining = 0;  // that should have been, and are not
};

struct RekeyReply {
    std::uint64_t rekeyed = 0;
    std::vector<storage::RowRef> damaged;  // left alone: not as they were written
};

/// What a message of a re-key is asked to do, beside what is particular to its kind.
struct RekeyBatch {
    std::vector<storage::RowRef> rows;
    bool begins = false;          // the first message of a job
    std::optional<RekeyEnd> end;  // the last one
};

enum class Rekeyed : std::uint8_t { yes, not_needed, damaged };

/// What becomes of one row whose bytes are there; the row as it is to be, if it changes. An error is none of the row's.
struct RekeyedOne {
    Rekeyed what = Rekeyed::not_needed;
    storage::EncodedRow after = {};
};

using RekeyOne = std::function<Result<RekeyedOne>(
    const schema::Table& table, const storage::RowRef& row, std::string_view stored
)>;

/// Plans the batch and its entries, each with `more`: of which kind, "data" or "row", and under which key the rows are from
/// then on. A row that has gone meanwhile is left out. Errc: those of `one`, and io.
[[nodiscard]] Result<RekeyReply> rekey_batch(
    PlanBuilder& builder, const access::Decision& decision, const RekeyBatch& batch,
    const std::vector<std::pair<std::string, audit::ExtraValue>>& more, const RekeyOne& one
);

}  // namespace rookery::messages
