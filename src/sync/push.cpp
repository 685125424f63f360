#include "sync/push.hpp"

#include "messages/push_code.hpp"
#include "sync/backoff.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace rookery::sync {

namespace push_code = messages::push_code;

namespace {

constexpr unsigned readings_max = 4;
constexpr std::string_view id_taken = "0x80040237";

const Condition if_there{Condition::Kind::match, "*"};
const Condition if_not_there{Condition::Kind::none_match, "*"};

std::string_view method_of(Operation operation) {
    switch (operation) {
        case Operation::remove:
            return "DELETE";
        case Operation::read:
            return "GET";
        default:
            return "PATCH";
    }
}

std::string path_of(const schema::Table& table, const Uuid& id) {
    return "/api/data/v9.2/" + std::string{table.set_name} + "(" + to_string(id) + ")";
}

std::string code_of(const Fault& fault, int status) {
    constexpr int status_max = 599;
    if (!fault.code.empty()) return fault.code;
    return status > status_max ? std::string{push_code::bad_answer}
                               : "http-" + std::to_string(status);
}

/// A text member of an answer; empty when it is not there.
std::string text_of_member(const nlohmann::json& document, const char* name) {
    if (!document.is_object()) return {};
    const auto member = document.find(name);
    return member != document.end() && member->is_string() ? member->get<std::string>()
                                                           : std::string{};
}

/// "*" when the row's JSON has no ETag that may go back into a header.
std::string etag_of(const nlohmann::json& row) {
    auto tag = text_of_member(row, "@odata.etag");
    return is_etag(tag) ? tag : "*";
}

}  // namespace

/// A verdict about the record, or the end of the push.
struct Push::Sent {
    Verdict verdict = Verdict::pause;
    PushResult result;
    WipedBuffer body;

    [[nodiscard]] bool ends() const {
        return verdict == Verdict::later || verdict == Verdict::pause ||
               verdict == Verdict::refused || verdict == Verdict::unauthenticated;
    }

    /// The same answer, taken for another ending.
    [[nodiscard]] PushResult as(Ending ending) const {
        auto out = result;
        out.ending = ending;
        return out;
    }
};

/// What a reading found; an end of the push instead of `there`.
struct Push::Found {
    bool there = false;
    Condition condition;
    std::optional<PushResult> end;
};

Push::Sent Push::send(
    Operation operation,
    const std::string& path,
    const Condition& condition,
    std::string_view body
) {
    Sent out;
    out.result.operation = operation;
    const bool writes = operation != Operation::read;
    for (const bool renewed : {false, true}) {
        if (!gate_.pass()) return out;
        const auto signed_in = sign_in_.token(far_side_);
        if (!signed_in.token) {
            if (signed_in.stopped) return out;
            out.result.ending = Ending::pause;
            out.result.why = signed_in.why;
            out.result.wait = signed_in.wait;
            out.result.code = push_code::sign_in;
            return out;
        }
        auto answer = far_side_.call(
            method_of(operation), path, &signed_in.token->authorization, condition, body
        );
        if (answer.arrival != Arrival::answered) {
            out.result.open = writes && answer.arrival == Arrival::unknown;
            if (answer.stopped) return out;
            out.result.ending = answer.repeated ? Ending::later : Ending::pause;
            out.result.why = "no answer from the organisation: " + std::string{answer.trouble};
            out.result.code = push_code::network;
            return out;
        }
        const auto fault = answer.status < 400 ? Fault{} : parse_fault(answer.text());
        const auto judgement = judge(operation, answer.status, fault);
        if (judgement.verdict == Verdict::unauthenticated) {
            sign_in_.reject(signed_in.token);
            if (!renewed) continue;
        }
        out.verdict = judgement.verdict;
        out.result.status = answer.status;
        out.result.code = code_of(fault, answer.status);
        out.result.missing_privilege = fault.missing_privilege;
        out.result.open = writes && judgement.open;
        out.body = std::move(answer.body);
        switch (judgement.verdict) {
            case Verdict::later:
                out.result.ending = Ending::later;
                break;
            case Verdict::refused:
                out.result.ending = Ending::refused;
                break;
            case Verdict::unauthenticated:
                out.result.ending = Ending::pause;
                out.result.why = "the organisation does not take a new token (status 401)";
                break;
            default:
                out.result.ending = Ending::pause;
                out.result.why =
                    "the organisation answers with status " + std::to_string(answer.status);
                break;
        }
        out.result.wait = parse_retry_after(answer.retry_after, clock_.now());
        break;
    }
    return out;
}

/// The application user's systemuserid, which rows of its making carry as their creator.
std::optional<Uuid> Push::user_there(std::optional<PushResult>& end) {
    if (user_there_) return user_there_;
    auto sent = send(Operation::read, "/api/data/v9.2/WhoAmI", {}, {});
    if (sent.verdict == Verdict::done) {
        const auto document =
            nlohmann::json::parse(sent.body.begin(), sent.body.end(), nullptr, false);
        user_there_ = Uuid::parse(text_of_member(document, "UserId"));
        if (user_there_) return user_there_;
        sent.result.ending = Ending::pause;
        sent.result.why = "the organisation does not say who it takes this application for";
        sent.result.code = push_code::bad_answer;
    }
    end = std::move(sent.result);
    return std::nullopt;
}

Push::Found Push::read_back(
    const schema::Table& table, const std::string& path, Operation before
) {
    Found out;
    auto sent = send(
        Operation::read,
        path + "?$select=" + std::string{table.primary_id} + ",_createdby_value", {}, {}
    );
    if (sent.verdict == Verdict::done) {
        const auto row = nlohmann::json::parse(sent.body.begin(), sent.body.end(), nullptr, false);
        const auto us = user_there(out.end);
        if (us && Uuid::parse(text_of_member(row, "_createdby_value")) != us) {
            // Whoever chose this id here must not reach what somebody else has under it there.
            out.end = std::move(sent.result);
            out.end->ending = Ending::refused;
            out.end->code = id_taken;
        }
        out.there = true;
        out.condition = {Condition::Kind::match, etag_of(row)};
    } else if (sent.verdict == Verdict::absent) {
        out.condition = if_not_there;
    } else {
        out.end = std::move(sent.result);
    }
    if (out.end) out.end->operation = before;
    return out;
}

PushResult Push::upsert(
    const schema::Table& table,
    const Uuid& id,
    const Payload& payload,
    Operation begin,
    Before before
) {
    const auto path = path_of(table, id);
    auto operation = begin;
    auto condition = begin == Operation::create ? if_not_there : if_there;
    unsigned readings = 0;
    bool read = before.open || (begin == Operation::update && !before.ours);
    bool crossed = false;  // both branches were tried
    std::optional<PushResult> taken;
    while (true) {
        if (read) {
            if (readings++ == readings_max) {
                return {Ending::later, operation, 0, std::string{push_code::other}, {}, true, {}, {}};
            }
            auto found = read_back(table, path, operation);
            if (found.end) {
                found.end->open = before.open || readings > 1;  // what made us read is still open
                return *found.end;
            }
            if (taken && !found.there) return *taken;
            operation = found.there ? Operation::update : Operation::create;
            condition = found.condition;
            read = false;
        }
        const bool creates = operation == Operation::create;
        const auto sent =
            send(operation, path, condition, creates ? payload.create : payload.update);
        if (sent.verdict == Verdict::done) {
            if (!creates || !payload.update_after_create) return sent.as(Ending::done);
            auto set = send(Operation::update, path, if_there, payload.update);
            if (set.verdict == Verdict::done) {
                auto done = set.as(Ending::done);
                done.operation = Operation::create;
                return done;
            }
            // The next time finds the record there and updates it.
            return set.ends() ? std::move(set.result) : set.as(Ending::later);
        }
        if (sent.ends()) {
            auto end = sent.result;
            end.open = end.open || before.open;
            return end;
        }
        if (sent.verdict == Verdict::changed) {
            read = true;
        } else if (sent.verdict == Verdict::present) {
            // On an update it is another record that has the key.
            if (!creates) return sent.as(Ending::refused);
            if (sent.result.code != id_taken) taken = sent.as(Ending::refused);
            // There, and yet an update found nothing: it is what the record names.
            if (crossed && !taken && !before.open) return sent.as(Ending::referenced_missing);
            crossed = true;
            read = true;
        } else {  // absent
            if (taken) return *taken;
            if (creates || crossed) return sent.as(Ending::referenced_missing);
            crossed = true;
            if (before.open) {
                read = true;
            } else {
                operation = Operation::create;
                condition = if_not_there;
            }
        }
    }
}

PushResult Push::remove(const schema::Table& table, const Uuid& id, Before before) {
    const auto path = path_of(table, id);
    Condition condition;
    bool read = before.open || !before.ours;
    for (unsigned readings = 0; readings <= readings_max; ++readings) {
        if (read) {
            auto found = read_back(table, path, Operation::remove);
            if (found.end) {
                found.end->open = before.open || readings > 0;
                return *found.end;
            }
            condition = found.there ? found.condition : Condition{};
        }
        const auto sent = send(Operation::remove, path, condition, {});
        if (sent.verdict == Verdict::done) return sent.as(Ending::done);
        if (sent.ends()) {
            auto end = sent.result;
            end.open = end.open || before.open;
            return end;
        }
        read = true;
    }
    return {Ending::later, Operation::remove, 0, std::string{push_code::other}, {}, true, {}, {}};
}

}  // namespace rookery::sync
