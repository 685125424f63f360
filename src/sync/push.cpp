#include "sync/push.hpp"

#include "pipeline/push_code.hpp"
#include "sync/backoff.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace rookery::sync {

namespace push_code = messages::push_code;

namespace {

constexpr unsigned readings_max = 4;
constexpr std::string_view id_taken = "0x80040237";
constexpr std::string_view who_am_i = "/api/data/v9.2/WhoAmI";

const Condition if_there{Condition::Kind::match, "*"};
const Condition if_not_there{Condition::Kind::none_match, "*"};

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

/// It is there in another state each time we look.
PushResult keeps_changing(PushOperation operation) {
    return {
        .ending = Ending::later,
        .operation = operation,
        .code = std::string{push_code::other},
        .outcome_unknown = true};
}

}  // namespace

/// A write, or the reading before one.
struct Push::Request {
    PushOperation operation;  // the write, or the one that is read for
    bool reads = false;
    std::string path;
    Condition condition = {};
    std::string_view body = {};

    [[nodiscard]] std::string_view method() const {
        if (reads) return "GET";
        return operation == PushOperation::remove ? "DELETE" : "PATCH";
    }

    [[nodiscard]] Judgement judge(int status, const Fault& fault) const {
        return reads ? judge_reading(status, fault) : sync::judge(operation, status, fault);
    }
};

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

    /// The end that it is. What was unknown before the push stays so.
    [[nodiscard]] PushResult end(const Before& before) const {
        auto out = result;
        out.outcome_unknown = out.outcome_unknown || before.outcome_unknown;
        return out;
    }
};

/// What a reading found; an end of the push instead of `there`.
struct Push::Found {
    bool there = false;
    Condition condition;
    std::optional<PushResult> end;
};

Push::Sent Push::send(const Request& request) {
    auto sent = send_once(request);
    return sent.verdict == Verdict::unauthenticated ? send_once(request) : std::move(sent);
}

Push::Sent Push::send_once(const Request& request) {
    Sent out;
    auto& result = out.result;
    result.operation = request.operation;
    if (!gate_.pass()) return out;
    const auto signed_in = sign_in_.token(organization_);
    if (!signed_in.token) {
        if (signed_in.stopped) return out;
        result.ending = Ending::pause;
        result.why = signed_in.why;
        result.wait = signed_in.wait;
        result.code = signed_in.code;
        return out;
    }
    auto answer = organization_.call(
        request.method(),
        request.path,
        &signed_in.token->authorization,
        request.condition,
        request.body
    );
    if (answer.arrival != Arrival::answered) {
        result.outcome_unknown = !request.reads && answer.arrival == Arrival::unknown;
        if (answer.stopped) return out;
        result.ending = answer.repeated ? Ending::later : Ending::pause;
        result.why = "no answer from the organization: " + std::string{answer.trouble};
        result.code = push_code::network;
        return out;
    }
    const auto fault = answer.status < 400 ? Fault{} : parse_fault(answer.text());
    const auto judgement = request.judge(answer.status, fault);
    out.verdict = judgement.verdict;
    result.status = answer.status;
    result.code = code_of(fault, answer.status);
    result.missing_privilege = fault.missing_privilege;
    result.outcome_unknown = !request.reads && judgement.outcome_unknown;
    result.wait = parse_retry_after(answer.retry_after, clock_.now());
    out.body = std::move(answer.body);
    switch (judgement.verdict) {
        case Verdict::later:
            result.ending = Ending::later;
            break;
        case Verdict::refused:
            result.ending = Ending::refused;
            break;
        case Verdict::unauthenticated:
            sign_in_.reject(signed_in.token);
            result.ending = Ending::pause;
            result.why = "the organization does not take a new token (status 401)";
            break;
        default:  // what is no pause, the one who sent it gives another ending
            result.ending = Ending::pause;
            result.why = "the organization answers with status " + std::to_string(answer.status);
            break;
    }
    return out;
}

/// The application user's systemuserid, which rows of its making carry as their creator.
std::optional<Uuid> Push::user_there(PushOperation read_for, std::optional<PushResult>& end) {
    if (user_there_) return user_there_;
    auto sent = send({.operation = read_for, .reads = true, .path = std::string{who_am_i}});
    if (sent.verdict == Verdict::done) {
        const auto document =
            nlohmann::json::parse(sent.body.begin(), sent.body.end(), nullptr, false);
        user_there_ = Uuid::parse(text_of_member(document, "UserId"));
        if (user_there_) return user_there_;
        sent.result.ending = Ending::pause;
        sent.result.why = "the organization does not say who it takes this application for";
        sent.result.code = push_code::bad_answer;
    }
    end = std::move(sent.result);
    return std::nullopt;
}

Push::Found Push::read_back(
    const schema::Table& table, const std::string& path, PushOperation read_for
) {
    Found out;
    auto sent = send(
        {.operation = read_for,
         .reads = true,
         .path = path + "?$select=" + std::string{table.primary_id} + ",_createdby_value"}
    );
    if (sent.verdict == Verdict::done) {
        const auto row = nlohmann::json::parse(sent.body.begin(), sent.body.end(), nullptr, false);
        const auto us = user_there(read_for, out.end);
        if (us && Uuid::parse(text_of_member(row, "_createdby_value")) != us) {
            // Whoever chose this id here must not reach what somebody else has under it there.
            out.end = sent.as(Ending::refused);
            out.end->code = id_taken;
        }
        out.there = true;
        out.condition = {Condition::Kind::match, etag_of(row)};
    } else if (sent.verdict == Verdict::absent) {
        out.condition = if_not_there;
    } else {
        out.end = std::move(sent.result);
    }
    return out;
}

/// One record on its way: reading chooses the write, and what the write meets chooses what comes next.
class Push::Upsert {
 public:
    Upsert(
        Push& push, const schema::Table& table, const Uuid& id, const Payload& payload,
        PushOperation begin, Before before
    )
        : push_(push),
          table_(table),
          path_(path_of(table, id)),
          payload_(payload),
          before_(before),
          write_(begin),
          condition_(begin == PushOperation::create ? if_not_there : if_there),
          next_(
              before.outcome_unknown || (begin == PushOperation::update && !before.created_by_us)
                  ? Next::read
                  : Next::write
          ) {}

    PushResult run() {
        while (true) {
            if (auto end = next_ == Next::read ? read() : write()) return std::move(*end);
        }
    }

 private:
    enum class Next : std::uint8_t { read, write };
    using End = std::optional<PushResult>;  // nothing: the push goes on with next_

    End read() {
        if (readings_ == readings_max) return keeps_changing(write_);
        ++readings_;
        auto found = push_.read_back(table_, path_, write_);
        if (found.end) {
            // What made us read is still not known.
            found.end->outcome_unknown = before_.outcome_unknown || readings_ > 1;
            return std::move(found.end);
        }
        if (key_taken_ && !found.there) return key_taken_;
        write_ = found.there ? PushOperation::update : PushOperation::create;
        condition_ = found.condition;
        next_ = Next::write;
        return std::nullopt;
    }

    End write() {
        const bool creates = write_ == PushOperation::create;
        const auto sent = push_.send(
            {.operation = write_,
             .path = path_,
             .condition = condition_,
             .body = creates ? payload_.create : payload_.update}
        );
        switch (sent.verdict) {
            case Verdict::done:
                return creates && payload_.update_after_create ? update_created()
                                                               : sent.as(Ending::done);
            case Verdict::changed:
                next_ = Next::read;
                return std::nullopt;
            case Verdict::present:
                return creates ? create_met(sent)
                               : sent.as(Ending::refused);  // another has its key
            case Verdict::absent:
                return creates ? create_lacks(sent) : update_lacks(sent);
            default:
                return sent.end(before_);
        }
    }

    /// The record is created; what a create cannot say follows.
    End update_created() {
        const auto sent = push_.send(
            {.operation = PushOperation::update,
             .path = path_,
             .condition = if_there,
             .body = payload_.update}
        );
        if (sent.verdict == Verdict::done) {
            auto done = sent.as(Ending::done);
            done.operation = PushOperation::create;
            return done;
        }
        // The next time finds the record there and updates it.
        return sent.ends() ? sent.result : sent.as(Ending::later);
    }

    /// A create finds the record, or another one with its key: reading tells which.
    End create_met(const Sent& sent) {
        if (sent.result.code != id_taken) key_taken_ = sent.as(Ending::refused);
        // There, and yet an update found nothing: it is what the record names.
        if (crossed_ && !key_taken_ && !before_.outcome_unknown) {
            return sent.as(Ending::referenced_missing);
        }
        crossed_ = true;
        next_ = Next::read;
        return std::nullopt;
    }

    /// A create finds nothing: it is what the record names.
    End create_lacks(const Sent& sent) const {
        return key_taken_ ? key_taken_ : sent.as(Ending::referenced_missing);
    }

    /// An update finds nothing: a create is next. After one it is what the record names.
    End update_lacks(const Sent& sent) {
        if (key_taken_) return key_taken_;
        if (crossed_) return sent.as(Ending::referenced_missing);
        crossed_ = true;
        if (before_.outcome_unknown) {
            next_ = Next::read;
        } else {
            write_ = PushOperation::create;
            condition_ = if_not_there;
        }
        return std::nullopt;
    }

    Push& push_;
    const schema::Table& table_;
    const std::string path_;
    const Payload& payload_;
    const Before before_;
    PushOperation write_;  // the next one
    Condition condition_;  // under which
    Next next_;
    unsigned readings_ = 0;
    bool crossed_ = false;  // from update to create or back: once is enough
    End key_taken_;         // how it ends if the record itself is not there
};

PushResult Push::upsert(
    const schema::Table& table, const Uuid& id, const Payload& payload, PushOperation begin,
    Before before
) {
    return Upsert(*this, table, id, payload, begin, before).run();
}

PushResult Push::remove(const schema::Table& table, const Uuid& id, Before before) {
    const auto path = path_of(table, id);
    Condition condition;
    bool read = before.outcome_unknown || !before.created_by_us;
    for (unsigned readings = 0; readings <= readings_max; ++readings) {
        if (read) {
            auto found = read_back(table, path, PushOperation::remove);
            if (found.end) {
                found.end->outcome_unknown = before.outcome_unknown || readings > 0;
                return *found.end;
            }
            condition = found.there ? found.condition : Condition{};
        }
        const auto sent =
            send({.operation = PushOperation::remove, .path = path, .condition = condition});
        if (sent.verdict == Verdict::done) return sent.as(Ending::done);
        if (sent.ends()) return sent.end(before);
        read = true;
    }
    return keeps_changing(PushOperation::remove);
}

}  // namespace rookery::sync
