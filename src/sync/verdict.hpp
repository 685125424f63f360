// What an answer of the organization means for the record that was sent: one table over status and code
// (Microsoft's lists of Web API status codes and of service protection limits).
#pragma once

#include "messages/push_operation.hpp"
#include "sync/fault.hpp"

#include <cstdint>

namespace rookery::sync {

using messages::PushOperation;

enum class Verdict : std::uint8_t {
    done,
    absent,           // the record, or a record that it names, is not there
    present,          // the record is there, or another one has its key
    changed,          // the record is not in the version that was named
    unauthenticated,  // the token is not taken
    later,            // this record may go through later; others go on
    pause,            // the organization as a whole cannot take anything now
    refused,          // it will never be taken as it is
};

struct Judgement {
    Verdict verdict = Verdict::pause;
    bool outcome_unknown = false;  // the request may have been carried out, or may yet be
};

/// `status` of a complete answer to a write. What is not in the table is `pause`: an answer that no
/// Dataverse gives says nothing about the record.
[[nodiscard]] Judgement judge(PushOperation operation, int status, const Fault& fault);

/// The same of an answer to a reading.
[[nodiscard]] Judgement judge_reading(int status, const Fault& fault);

}  // namespace rookery::sync
