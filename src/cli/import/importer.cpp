#include "cli/import/importer.hpp"

#include "base/secret_json.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/import/import_directory.hpp"
#include "crypto/sha256.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <thread>
#include <vector>

namespace rookery::cli {
namespace {

constexpr std::string_view secrets = "msdyn_octwitterhandlesecrets";
constexpr std::string_view handles = "msdyn_octwitterhandles";

/// What ends an import: the same would happen to every row.
bool is_fatal(Errc code) {
    switch (code) {
        using enum Errc;
        case unauthenticated:
        case user_disabled:
        case missing_privilege:
        case column_create_denied:
        case column_update_denied:
        case unavailable:
        case deadline:
        case too_many_requests:
        case rate_limited:
        case integrity:
        case internal:
        case io:
        case unsupported:
        case unknown_segment:
        case method_not_allowed:
            return true;
        default:
            return false;
    }
}

bool is_busy(Errc code) {
    return code == Errc::unavailable || code == Errc::deadline || code == Errc::too_many_requests ||
           code == Errc::rate_limited;
}

bool is_duplicate(Errc code) {
    return code == Errc::duplicate_id || code == Errc::duplicate_key;
}

ProblemKind kind_of(Errc code) {
    switch (info(code).http_status) {
        case 403:
        case 409:
        case 412:
            return ProblemKind::conflict;
        default:
            return ProblemKind::bad;
    }
}

/// The handle row's id follows from the unique handle id, so that a run that was cut off finds the
/// rows it made. A version 8 GUID (RFC 9562 section 5.8).
Uuid handle_row_id(const Uuid& organization, const std::string& key) {
    const auto digest =
        crypto::sha256({bytes_of("rookery.import.handle"), organization.view(), bytes_of(key)});
    auto id = Uuid::from_bytes(ByteView{digest}.first(16));
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x80U);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);
    return id;
}

/// A record as it is in the vault.
struct Existing {
    Uuid owner;
    std::string name;
    std::optional<Uuid> handle;
    std::optional<Uuid> application;
};

/// A row on its way.
struct Planned {
    ImportRow row;
    std::string key;
    std::optional<Existing> existing;
    ImportOwner owner;
    std::optional<Uuid> application;
    std::optional<Uuid> handle;
    bool make_handle = false;
    bool dropped = false;  // reported, or unchanged
};

void append_member(WipedBuffer& out, std::string_view name, std::string_view value) {
    append_text(out, ",");
    append_json_string(out, name);
    append_text(out, ":");
    append_json_string(out, value);
}

void append_application(WipedBuffer& out, const Planned& row) {
    if (!row.application) return;
    append_member(
        out,
        "msdyn_octwitterapplicationid@odata.bind",
        fmt::format("/msdyn_octwitterapplications({})", to_string(*row.application))
    );
}

void append_handle(WipedBuffer& out, const Planned& row) {
    const auto& name = row.row.handle;
    append_text(out, "{\"@odata.type\":\"Microsoft.Dynamics.CRM.msdyn_octwitterhandle\"");
    if (row.handle) append_member(out, "msdyn_octwitterhandleid", to_string(*row.handle));
    append_member(out, "msdyn_name", name);
    append_member(out, "msdyn_octwitterscreenname", name.front() == '@' ? name.substr(1) : name);
    append_member(out, "msdyn_octwitteruniquehandleid", row.row.unique_handle_id);
    append_application(out, row);
    append_member(out, "ownerid@odata.bind", row.owner.reference());
    append_text(out, "}");
}

void append_record(WipedBuffer& out, const Planned& row) {
    append_text(out, "{\"@odata.type\":\"Microsoft.Dynamics.CRM.msdyn_octwitterhandlesecret\"");
    if (row.existing) {
        append_member(
            out,
            "@odata.id",
            fmt::format(
                "{}(msdyn_octwitteruniquehandleid={})",
                secrets,
                odata_literal(row.row.unique_handle_id)
            )
        );
    } else {
        append_member(out, "msdyn_octwitteruniquehandleid", row.row.unique_handle_id);
    }
    append_member(out, "msdyn_name", row.row.handle);
    append_member(
        out,
        "msdyn_octwitterhandleid@odata.bind",
        fmt::format("/{}({})", handles, to_string(*row.handle))
    );
    append_application(out, row);
    if (!row.existing || row.existing->owner != row.owner.id) {
        append_member(out, "ownerid@odata.bind", row.owner.reference());
    }
    const auto append_secret = [&](std::string_view name, const SecretBytes& value) {
        if (value.empty()) return;
        value.expose([&](ByteView bytes) { append_member(out, name, text_of(bytes)); });
    };
    append_secret("msdyn_useraccesstoken", row.row.access_token);
    append_secret("msdyn_useraccesstokensecret", row.row.access_token_secret);
    append_text(out, "}");
}

/// A bulk message and how it writes a row.
struct Bulk {
    std::string_view set;
    std::string_view message;
    void (*append)(WipedBuffer& out, const Planned& row);
};

constexpr Bulk create_handles{handles, "CreateMultiple", append_handle};
constexpr Bulk create_records{secrets, "CreateMultiple", append_record};
constexpr Bulk upsert_records{secrets, "UpsertMultiple", append_record};

struct Shared {
    Connection connection;
    ImportOptions options;
    Importer::OnProblem on_problem;
    Uuid organization;
    std::unique_ptr<ImportDirectory> directory;

    std::mutex mutex;
    ImportCounts counts;
    std::optional<Error> failure;

    void problem(const ImportProblem& what) {
        const std::lock_guard guard(mutex);
        ++(what.kind == ProblemKind::bad ? counts.bad : counts.conflicts);
        on_problem(what);
    }

    void count(std::uint64_t ImportCounts::*which, std::uint64_t n = 1) {
        const std::lock_guard guard(mutex);
        counts.*which += n;
    }

    void fail_with(Error error) {
        const std::lock_guard guard(mutex);
        if (!failure) failure = std::move(error);
    }

    [[nodiscard]] bool failed() {
        const std::lock_guard guard(mutex);
        return failure.has_value();
    }
};

/// Whether the next batch is likely to be all new, as the one before it was. Such a batch is
/// written without looking up its rows first: they cannot be there if creating them all succeeds.
enum class Expectation : std::uint8_t { unknown, all_new };

/// Looks up, creates and writes one batch of rows with keys that differ.
class Batch {
  public:
    Batch(Shared& shared, ApiClient& client, std::vector<Planned>& rows, Expectation& expectation)
        : shared_(shared), client_(client), rows_(rows), expectation_(expectation) {}

    /// Errors of single rows are reported; what is returned ends the import.
    Result<void> run() {
        if (expectation_ == Expectation::all_new) {
            ROOKERY_TRY(const bool created, create_unseen());
            if (created) return {};
            expectation_ = Expectation::unknown;
        }
        ROOKERY_CHECK(look_up_all(open_rows()));
        ROOKERY_CHECK(find_handles());
        if (nothing_was_there()) expectation_ = Expectation::all_new;
        if (shared_.options.dry_run) {
            for (auto& row : rows_) {
                if (!row.dropped) count_written(row);
            }
            return {};
        }
        ROOKERY_CHECK(make_handles());
        return write_records();
    }

  private:
    std::vector<Planned*> open_rows() {
        std::vector<Planned*> open;
        for (auto& row : rows_) {
            if (!row.dropped) open.push_back(&row);
        }
        return open;
    }

    /// Takes every row for a new one, and writes them if the vault agrees about all of them. False
    /// when it does not, or when a row has to be seen to be judged.
    Result<bool> create_unseen() {
        if (shared_.options.dry_run) return false;
        for (const auto& row : rows_) {
            // Without a token only a record that is there can be meant.
            if (row.row.access_token.empty()) return false;
        }
        ROOKERY_CHECK(look_up_each(open_rows()));
        const auto open = open_rows();
        if (open.empty()) return true;
        for (auto* row : open) make_own_handle(*row);
        auto made = send(create_handles, open);
        if (made) made = send(create_records, open);
        if (made) {
            for (const auto* row : open) count_written(*row);
            return true;
        }
        if (is_fatal(made.error().code)) return fail(made.error());
        for (auto* row : open) {
            row->handle.reset();
            row->make_handle = false;
        }
        return false;
    }

    void make_own_handle(Planned& row) const {
        row.handle = handle_row_id(shared_.organization, row.key);
        row.make_handle = true;
    }

    bool nothing_was_there() const {
        return std::all_of(rows_.begin(), rows_.end(), [](const Planned& row) {
            return !row.existing && (row.make_handle || row.dropped);
        });
    }

    Result<void> look_up_all(std::span<Planned* const> rows) {
        ROOKERY_CHECK(look_up_records(rows));
        return look_up_each(rows);
    }

    Result<void> look_up_each(std::span<Planned* const> rows) {
        for (auto* row : rows) {
            if (auto looked_up = look_up(*row); !looked_up) {
                if (is_fatal(looked_up.error().code)) return fail(std::move(looked_up).error());
                drop(*row, looked_up.error());
            }
        }
        return {};
    }

    void drop(Planned& row, const Error& error) {
        row.dropped = true;
        shared_.problem({row.row.line, kind_of(error.code), error.message});
    }

    void count_written(const Planned& row) {
        shared_.count(row.existing ? &ImportCounts::updated : &ImportCounts::created);
    }

    /// A request that is repeated while the server is busy or away: all of ours can be.
    Result<ApiReply> exchange(
        std::string_view method, std::string_view path, const WipedBuffer& body = {}
    ) {
        constexpr int attempts = 6;
        for (int attempt = 1;; ++attempt) {
            auto reply = client_.exchange(method, path, body);
            const auto busy =
                reply ? reply->status == 429 || reply->status == 503 : is_busy(reply.error().code);
            if (!busy || attempt == attempts) return reply;
            auto pause = std::chrono::milliseconds{100} * (1 << attempt);
            if (const auto* after = reply ? reply->header("Retry-After") : nullptr;
                after != nullptr) {
                // A number of seconds; a date is not worth understanding here.
                const auto seconds = std::strtol(after->c_str(), nullptr, 10);
                pause =
                    std::max(pause, std::chrono::milliseconds{1000 * std::clamp(seconds, 0L, 30L)});
            }
            std::this_thread::sleep_for(pause);
        }
    }

    Result<ApiReply> request(
        std::string_view method, std::string_view path, const WipedBuffer& body = {}
    ) {
        ROOKERY_TRY(auto reply, exchange(method, path, body));
        if (reply.status < 200 || reply.status > 299) return fail(error_of(reply));
        return reply;
    }

    Result<void> look_up(Planned& row) {
        ROOKERY_TRY(row.owner, shared_.directory->owner(client_, row.row.owner));
        if (row.existing && shared_.options.skip_existing) {
            row.dropped = true;
            shared_.count(&ImportCounts::unchanged);
            return {};
        }
        if (!row.existing && row.row.access_token.empty()) {
            return fail(Errc::bad_payload, "a new record needs an access_token");
        }
        ROOKERY_CHECK(check_owner(row));
        if (!row.row.application.empty()) {
            const auto missing = shared_.options.dry_run ? WhenMissing::leave : WhenMissing::create;
            ROOKERY_TRY(
                row.application,
                shared_.directory->application(client_, row.row.application, missing)
            );
        }
        if (row.existing) row.handle = row.existing->handle;
        if (row.existing && is_unchanged(row)) {
            row.dropped = true;
            shared_.count(&ImportCounts::unchanged);
        }
        return {};
    }

    Result<void> check_owner(const Planned& row) const {
        if (row.existing && row.existing->owner != row.owner.id && !shared_.options.take_over) {
            return fail(
                Errc::duplicate_key, "the record belongs to another owner (--take-over assigns it)"
            );
        }
        return {};
    }

    /// Tokens cannot be compared: who imports may not read them. A row that brings one is written.
    static bool is_unchanged(const Planned& row) {
        return row.row.access_token.empty() && row.row.access_token_secret.empty() &&
               row.existing->owner == row.owner.id && row.existing->name == row.row.handle &&
               row.handle.has_value() &&
               (row.row.application.empty() || row.existing->application == row.application);
    }

    /// What is there already of these rows, in lists: one request each would cost more than the
    /// write.
    Result<void> look_up_records(std::span<Planned* const> rows) {
        for (std::size_t at = 0; at < rows.size(); at += terms_max) {
            ROOKERY_CHECK(match_records(rows.subspan(at, std::min(terms_max, rows.size() - at))));
        }
        return {};
    }

    Result<void> match_records(std::span<Planned* const> rows) {
        ROOKERY_TRY(
            const auto reply,
            request(
                "GET",
                fmt::format(
                    "{}?$select=msdyn_octwitteruniquehandleid,msdyn_name,_ownerid_value,"
                    "_msdyn_octwitterhandleid_value,_msdyn_octwitterapplicationid_value&$filter={}",
                    secrets,
                    any_of(rows)
                )
            )
        );
        ROOKERY_TRY(const auto found, rows_of(reply));
        for (const auto& record : found) {
            Existing existing;
            ROOKERY_TRY(existing.owner, id_member(record, "_ownerid_value"));
            existing.name = text_member(record, "msdyn_name");
            existing.handle = optional_id(record, "_msdyn_octwitterhandleid_value");
            existing.application = optional_id(record, "_msdyn_octwitterapplicationid_value");
            const auto key = key_of(record);
            for (auto* row : rows) {
                if (row->key == key) row->existing = existing;
            }
        }
        return {};
    }

    /// A filter that names each row's unique handle id.
    static std::string any_of(std::span<Planned* const> rows) {
        std::string filter;
        for (const auto* row : rows) {
            if (!filter.empty()) filter += "%20or%20";
            filter += fmt::format(
                "msdyn_octwitteruniquehandleid%20eq%20{}", odata_literal(row->row.unique_handle_id)
            );
        }
        return filter;
    }

    template <class Object>
    static std::string key_of(const Object& found) {
        ImportRow named;
        named.unique_handle_id = text_member(found, "msdyn_octwitteruniquehandleid");
        return import_key(named);
    }

    // Short enough for a URL and a filter, however long the ids are.
    static constexpr std::size_t terms_max = 40;

    /// Handle rows of new records: one that is there already, or one of our own making.
    Result<void> find_handles() {
        std::vector<Planned*> open;
        for (auto& row : rows_) {
            if (!row.dropped && !row.handle) open.push_back(&row);
        }
        for (std::size_t at = 0; at < open.size(); at += terms_max) {
            const auto end = std::min(open.size(), at + terms_max);
            ROOKERY_CHECK(match_handles(std::span{open}.subspan(at, end - at)));
        }
        for (auto* row : open) {
            if (!row->handle) make_own_handle(*row);
        }
        return {};
    }

    Result<void> match_handles(std::span<Planned* const> open) {
        ROOKERY_TRY(
            const auto reply,
            request(
                "GET",
                fmt::format(
                    "{}?$select=msdyn_octwitterhandleid,msdyn_octwitteruniquehandleid&$filter={}",
                    handles,
                    any_of(open)
                )
            )
        );
        ROOKERY_TRY(const auto found, rows_of(reply));
        for (const auto& handle : found) {
            const auto key = key_of(handle);
            ROOKERY_TRY(const auto id, id_member(handle, "msdyn_octwitterhandleid"));
            for (auto* row : open) {
                if (row->key == key && !row->handle) row->handle = id;
            }
        }
        return {};
    }

    Result<void> make_handles() {
        std::vector<Planned*> missing;
        for (auto& row : rows_) {
            if (!row.dropped && row.make_handle) missing.push_back(&row);
        }
        return write_many(create_handles, missing, [this](Planned& row, const Error& error) {
            return refused_handle(row, error);
        });
    }

    /// The id was used before: the handle was made meanwhile, or was deleted and its id is gone.
    Result<void> refused_handle(Planned& row, const Error& error) {
        if (!is_duplicate(error.code)) return refused(row, error);
        row.handle.reset();
        Planned* const open[] = {&row};
        ROOKERY_CHECK(match_handles(open));
        if (row.handle) return {};
        WipedBuffer body;
        append_handle(body, row);
        const auto made = request("POST", handles, body);
        if (!made) return refused(row, made.error());
        row.handle = entity_id_of(*made);
        if (!row.handle) {
            return fail(Errc::bad_payload, "the server did not say which handle it made");
        }
        return {};
    }

    /// New records are created and not upserted, so that one that somebody else made meanwhile is
    /// never written over before its owner was looked at.
    Result<void> write_records() {
        std::vector<Planned*> fresh;
        std::vector<Planned*> known;
        for (auto& row : rows_) {
            if (!row.dropped) (row.existing ? known : fresh).push_back(&row);
        }
        ROOKERY_CHECK(write_many(create_records, fresh, [this](Planned& row, const Error& error) {
            return refused_record(row, error);
        }));
        ROOKERY_CHECK(update(known));
        for (const auto& row : rows_) {
            if (!row.dropped) count_written(row);
        }
        return {};
    }

    Result<void> update(std::span<Planned* const> rows) {
        return write_many(upsert_records, rows, [this](Planned& row, const Error& error) {
            return refused(row, error);
        });
    }

    /// The record is there after all: made by somebody else, or by ourselves when the answer got
    /// lost.
    Result<void> refused_record(Planned& row, const Error& error) {
        if (!is_duplicate(error.code)) return refused(row, error);
        Planned* const again[] = {&row};
        const auto looked_up = look_up_records(again);
        if (!looked_up) return refused(row, looked_up.error());
        if (!row.existing) return refused(row, error);  // there, but not for our eyes
        if (const auto allowed = check_owner(row); !allowed) return refused(row, allowed.error());
        return update(again);
    }

    Result<void> refused(Planned& row, const Error& error) {
        if (is_fatal(error.code)) return fail(error);
        drop(row, error);
        return {};
    }

    /// All of these rows or none.
    Result<void> send(const Bulk& bulk, std::span<Planned* const> rows) {
        WipedBuffer body;
        append_text(body, "{\"Targets\":[");
        for (const auto* row : rows) {
            if (row != rows.front()) append_text(body, ",");
            bulk.append(body, *row);
        }
        append_text(body, "]}");
        ROOKERY_CHECK(request(
            "POST", fmt::format("{}/Microsoft.Dynamics.CRM.{}", bulk.set, bulk.message), body
        ));
        return {};
    }

    /// A message that is refused is halved until the rows to blame stand alone.
    template <class Refused>
    Result<void> write_many(
        const Bulk& bulk, std::span<Planned* const> rows, const Refused& refused_row
    ) {
        if (rows.empty()) return {};
        const auto written = send(bulk, rows);
        if (written) return {};
        if (is_fatal(written.error().code)) return fail(written.error());
        if (rows.size() == 1) return refused_row(*rows.front(), written.error());
        const auto half = rows.size() / 2;
        ROOKERY_CHECK(write_many(bulk, rows.first(half), refused_row));
        return write_many(bulk, rows.subspan(half), refused_row);
    }

    Shared& shared_;
    ApiClient& client_;
    std::vector<Planned>& rows_;
    Expectation& expectation_;
};

/// A thread, its connection, and a short queue of batches.
class Worker {
  public:
    Worker(Shared& shared, ApiClient client)
        : shared_(shared), client_(std::move(client)), thread_([this] { work(); }) {}

    ~Worker() { end(); }

    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void add(ImportRow row, std::string key) {
        // A batch names each record once; the second mention waits for the first to be written.
        const auto bytes = row.access_token.size() + row.access_token_secret.size();
        if (keys_.count(key) != 0 || filling_.size() >= shared_.options.batch_rows ||
            filling_bytes_ + bytes > token_bytes_max) {
            flush();
        }
        filling_bytes_ += bytes;
        keys_.insert(key);
        Planned planned;
        planned.row = std::move(row);
        planned.key = std::move(key);
        filling_.push_back(std::move(planned));
    }

    void flush() {
        if (filling_.empty()) return;
        constexpr std::size_t waiting_max = 2;
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return waiting_.size() < waiting_max || ended_; });
        if (!ended_) waiting_.push_back(std::move(filling_));
        filling_.clear();
        filling_bytes_ = 0;
        keys_.clear();
        changed_.notify_all();
    }

    /// After the last flush.
    void end() {
        {
            const std::lock_guard guard(mutex_);
            closing_ = true;
            changed_.notify_all();
        }
        if (thread_.joinable()) thread_.join();
    }

  private:
    // Escaped as JSON it can be six times as long, and a body may have 8 MiB.
    static constexpr std::size_t token_bytes_max = std::size_t{1} << 20;

    void work() {
        for (;;) {
            std::vector<Planned> batch;
            {
                std::unique_lock lock(mutex_);
                changed_.wait(lock, [&] { return !waiting_.empty() || closing_; });
                if (waiting_.empty()) return;
                batch = std::move(waiting_.front());
                waiting_.pop_front();
                changed_.notify_all();
            }
            auto done = shared_.failed() ? Result<void>{}
                                         : Batch(shared_, client_, batch, expectation_).run();
            if (done && !shared_.failed()) continue;
            if (!done) shared_.fail_with(std::move(done).error());
            const std::lock_guard guard(mutex_);
            ended_ = true;  // nobody waits for a worker that will not work
            waiting_.clear();
            changed_.notify_all();
            return;
        }
    }

    Shared& shared_;
    ApiClient client_;
    Expectation expectation_ = Expectation::unknown;  // the thread's own
    std::vector<Planned> filling_;
    std::size_t filling_bytes_ = 0;
    std::set<std::string> keys_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::vector<Planned>> waiting_;
    bool closing_ = false;
    bool ended_ = false;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace

class Importer::Impl {
  public:
    explicit Impl(const Connection& connection, ImportOptions options, OnProblem on_problem) {
        shared_.connection = connection;
        shared_.options = options;
        shared_.on_problem = std::move(on_problem);
    }

    Result<void> start() {
        constexpr std::chrono::minutes timeout{2};
        ROOKERY_TRY(auto client, ApiClient::open(shared_.connection, timeout));
        ROOKERY_TRY(const auto reply, client.request("GET", "WhoAmI"));
        ROOKERY_TRY(const auto me, object_of(reply));
        ROOKERY_TRY(const auto caller, id_member(me, "UserId"));
        ROOKERY_TRY(shared_.organization, id_member(me, "OrganizationId"));
        shared_.directory = std::make_unique<ImportDirectory>(caller);
        for (unsigned i = 0; i < shared_.options.workers; ++i) {
            ROOKERY_TRY(auto own, ApiClient::open(shared_.connection, timeout));
            workers_.push_back(std::make_unique<Worker>(shared_, std::move(own)));
        }
        return {};
    }

    Result<void> add(ImportRow row) {
        ROOKERY_CHECK(health());
        auto key = import_key(row);
        const auto which = std::hash<std::string>{}(key) % workers_.size();
        workers_[which]->add(std::move(row), std::move(key));
        return {};
    }

    void add_problem(const ImportProblem& problem) { shared_.problem(problem); }

    Result<void> finish() {
        for (auto& worker : workers_) worker->flush();
        for (auto& worker : workers_) worker->end();
        return health();
    }

    [[nodiscard]] ImportCounts counts() {
        const std::lock_guard guard(shared_.mutex);
        return shared_.counts;
    }

  private:
    Result<void> health() {
        const std::lock_guard guard(shared_.mutex);
        if (shared_.failure) return fail(*shared_.failure);
        return {};
    }

    Shared shared_;
    std::vector<std::unique_ptr<Worker>> workers_;  // end before what they share
};

Importer::Importer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Importer::~Importer() = default;

Result<std::unique_ptr<Importer>> Importer::start(
    const Connection& connection, ImportOptions options, OnProblem on_problem
) {
    auto impl = std::make_unique<Impl>(connection, options, std::move(on_problem));
    ROOKERY_CHECK(impl->start());
    return std::unique_ptr<Importer>(new Importer(std::move(impl)));
}

Result<void> Importer::add(ImportRow row) {
    return impl_->add(std::move(row));
}

void Importer::add_problem(ImportProblem problem) {
    impl_->add_problem(problem);
}

Result<void> Importer::finish() {
    return impl_->finish();
}

ImportCounts Importer::counts() const {
    return impl_->counts();
}

}  // namespace rookery::cli
