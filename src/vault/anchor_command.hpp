// The anchor's place behind the program that [anchor] command names: called with `write` it gets the anchor on its standard
// input, with `read` it prints it, or nothing when there is none.
#pragma once

#include "base/helper_command.hpp"
#include "vault/anchor_elsewhere.hpp"

#include <memory>
#include <utility>

namespace rookery::messages {

class AnchorCommand final : public AnchorElsewhere {
 public:
    explicit AnchorCommand(HelperCommand command) : command_(std::move(command)) {}

    [[nodiscard]] std::string name() const override { return command_.program().string(); }

    [[nodiscard]] Result<void> put(std::string_view anchor) override {
        ROOKERY_CHECK(command_.run("write", anchor));
        return {};
    }

    [[nodiscard]] Result<std::string> get() override {
        ROOKERY_TRY(auto out, command_.run("read", {}));
        if (out.empty()) return fail(Errc::not_found, "the program printed no anchor");
        return out;
    }

 private:
    HelperCommand command_;
};

/// Before the first thread. See HelperCommand::start.
[[nodiscard]] inline Result<std::shared_ptr<AnchorElsewhere>> start_anchor_command(
    std::filesystem::path program
) {
    ROOKERY_TRY(auto command, HelperCommand::start({std::move(program)}));
    return std::shared_ptr<AnchorElsewhere>(std::make_shared<AnchorCommand>(std::move(command)));
}

}  // namespace rookery::messages
