#include "ledger/commit_result.hpp"

#include <utility>

namespace rookery::ledger {

Error lost_races() {
    return {Errc::unavailable, "The request met too many concurrent changes.", "Try again.", {}};
}

Result<Receipt> receipt_of(CommitResult result) {
    if (auto* receipt = std::get_if<Receipt>(&result)) return std::move(*receipt);
    if (auto* error = std::get_if<Error>(&result)) return fail(std::move(*error));
    return fail(lost_races());
}

}  // namespace rookery::ledger
